using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Doctor.Tests;

/// <summary>A client of Weir's own making that holds as many connections as it is told to.</summary>
internal sealed class Clients : IAsyncDisposable
{
    private readonly Network _network = Network.CreateDefault();
    private readonly Deployment _deployment;
    private readonly List<PooledConnection> _held = [];

    private Clients(string uri, string appName)
    {
        var options = new DeploymentOptions
        {
            Pool = new PoolOptions { MaxPoolSize = 1_000, MinPoolSize = 0 },
        };
        var parsed = ConnectionString.Parse(uri) with
        {
            AppName = appName,
            ServerMonitoringMode = ServerMonitoringMode.Stream,
        };
        _deployment = new Deployment(parsed, _network, options);
    }

    /// <summary>A client with this many connections that did something, beside its monitor's.</summary>
    public static async Task<Clients> HoldAsync(string uri, string appName, int connections)
    {
        var clients = new Clients(uri, appName);
        clients._deployment.Start();
        var server = await clients._deployment.SelectServerAsync(
            Pooling.Selection.ReadPreference.Primary,
            write: true
        );
        for (var i = 0; i < connections; i++)
        {
            clients._held.Add(await server.Pool.CheckOutAsync());
            await clients
                ._held[^1]
                .Connection.RunCommandAsync(
                    "app",
                    new BsonDocument("ping", 1),
                    TestContext.Current.CancellationToken
                );
        }

        return clients;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _held)
        {
            connection.CheckIn();
        }

        await _deployment.DisposeAsync();
        await _network.DisposeAsync();
    }
}

using Weir.Engine;
using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Engine.Tests;

/// <summary>A gateway of the test's own before the shared engine, and a client of it with a database of its own.</summary>
internal sealed class EngineClient : IAsyncDisposable
{
    private readonly Network _network = Network.CreateDefault();
    private readonly Deployment _deployment;

    private EngineClient(Gateway gateway, string connectionString)
    {
        Gateway = gateway;
        _deployment = new Deployment(ConnectionString.Parse(connectionString), _network);
        _deployment.Start();
    }

    public Gateway Gateway { get; }

    public string Database { get; } = $"test_{Guid.NewGuid():N}";

    /// <summary>Skips the test where the engine cannot run.</summary>
    public static async Task<EngineClient> StartAsync(GatewayOptions? options = null)
    {
        var gateway = Gateway.Start(await EngineAsync(), options);
        return new EngineClient(gateway, gateway.ConnectionString);
    }

    public static async Task<DocumentDb> EngineAsync()
    {
        try
        {
            return await DocumentDb.SharedAsync();
        }
        catch (EngineUnavailableException unavailable)
        {
            Assert.Skip(unavailable.Message);
            throw;
        }
    }

    /// <summary>Another client of the same gateway.</summary>
    public EngineClient Again(string connectionString) => new(Gateway, connectionString);

    public Task<BsonDocument> RunAsync(BsonDocument command) => RunAsync(Database, command);

    public async Task<BsonDocument> RunAsync(string database, BsonDocument command)
    {
        var server = await _deployment.SelectServerAsync(ReadPreference.Primary, write: true);
        return await server.RunCommandAsync(database, command, TestContext.Current.CancellationToken);
    }

    /// <summary>The reply of a command that must fail.</summary>
    public async Task<BsonDocument> FailAsync(BsonDocument command) =>
        (await Assert.ThrowsAsync<CommandException>(() => RunAsync(command))).Reply;

    public async ValueTask DisposeAsync()
    {
        await _deployment.DisposeAsync();
        await _network.DisposeAsync();
        await Gateway.DisposeAsync();
    }
}

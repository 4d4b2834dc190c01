using System.Globalization;
using System.Text.Json.Nodes;
using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Cli.Look;

/// <summary>
/// Any deployment, as its servers tell of themselves (<c>serverStatus</c>): with less detail than a Weir has, and no
/// names of who holds what.
/// </summary>
internal sealed class DeploymentView : IView
{
    private static readonly string[] Columns =
    [
        "server",
        "type",
        "connections",
        "free",
        "active",
        "opened",
        "openedPerSecond",
        "operationsPerSecond",
        "cursors",
        "transactions",
        "error",
    ];

    private readonly Network _network = Network.CreateDefault();
    private readonly Deployment _deployment;
    private readonly Dictionary<string, (long At, double Opened, double Operations)> _last = [];

    public DeploymentView(ConnectionString connectionString)
    {
        _deployment = new Deployment(
            connectionString,
            _network,
            new DeploymentOptions
            {
                Pool = new PoolOptions { MaxPoolSize = 1, MinPoolSize = 0 },
            }
        );
        _deployment.AppendMetadata("weir top");
        _deployment.Start();
    }

    public async Task<Picture> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _deployment.SelectServerAsync(
                ReadPreference.Nearest,
                write: false,
                cancellationToken: cancellationToken
            );
        }
        catch (ServerSelectionException error)
        {
            throw new LookException(error.Message);
        }

        await EachWasLookedAtAsync(cancellationToken);
        var rows = await Task.WhenAll(_deployment.Servers.Select(s => RowAsync(s, cancellationToken)));
        return new Picture(
            $"{_deployment.Topology.Type} {string.Join(", ", _deployment.Servers.Select(s => s.Address))}",
            [
                ("connections", Sum(rows, "connections")),
                ("active", Sum(rows, "active")),
                ("opened/s", Sum(rows, "openedPerSecond")),
                ("operations/s", Sum(rows, "operationsPerSecond")),
            ],
            [new PictureTable("servers", Columns, rows, rows.Length)]
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _deployment.DisposeAsync();
        await _network.DisposeAsync();
    }

    /// <summary>
    /// One server is enough to start, and the others' first answers are on their way: without a moment for them they
    /// would be told as unknown, and a primary as what a secondary takes it for.
    /// </summary>
    private async Task EachWasLookedAtAsync(CancellationToken cancellationToken)
    {
        const int Looks = 50;
        for (var i = 0; i < Looks && _deployment.Servers.Any(IsNew); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }

        static bool IsNew(Server server) => server.Description is { IsKnown: false, Error: null };
    }

    private async Task<JsonObject> RowAsync(Server server, CancellationToken cancellationToken)
    {
        var row = new JsonObject
        {
            ["server"] = $"{server.Address}",
            ["type"] = $"{server.Description.Type}",
        };
        if (!server.Description.IsDataBearing)
        {
            row["error"] = server.Description.Error;
            return row;
        }

        try
        {
            var status = await server.RunCommandAsync(
                "admin",
                new BsonDocument("serverStatus", 1),
                cancellationToken
            );
            Fill(row, $"{server.Address}", status);
        }
        catch (Exception error)
            when (error
                    is CommandException
                        or ConnectionException
                        or PoolTimeoutException
                        or PoolClearedException
            )
        {
            row["error"] = error.Message;
        }

        return row;
    }

    private void Fill(JsonObject row, string server, BsonDocument status)
    {
        var connections = Part(status, "connections");
        var opened = Number(connections, "totalCreated");
        var operations = Part(status, "opcounters").Where(e => e.Value.IsNumber).Sum(e => e.Value.ToDouble());
        row["connections"] = Number(connections, "current");
        row["free"] = Number(connections, "available");
        row["active"] = Number(connections, "active");
        row["opened"] = opened;
        row["cursors"] = Number(Part(Part(Part(status, "metrics"), "cursor"), "open"), "total");
        row["transactions"] = Number(Part(status, "transactions"), "currentOpen");
        var now = TimeProvider.System.GetTimestamp();
        lock (_last)
        {
            if (_last.TryGetValue(server, out var last))
            {
                var seconds = Math.Max(0.001, TimeProvider.System.GetElapsedTime(last.At, now).TotalSeconds);
                row["openedPerSecond"] = Math.Round((opened - last.Opened) / seconds, 1);
                row["operationsPerSecond"] = Math.Round((operations - last.Operations) / seconds, 1);
            }

            _last[server] = (now, opened, operations);
        }
    }

    private static BsonDocument Part(BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsDocument: true } part ? part.AsDocument : [];

    private static double Number(BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsNumber: true } number ? number.ToDouble() : 0;

    private static string Sum(IEnumerable<JsonObject> rows, string column)
    {
        double[] values =
        [
            .. rows.Select(r => r[column]).OfType<JsonNode>().Select(v => v.GetValue<double>()),
        ];
        return values.Length == 0 ? "-" : values.Sum().ToString("#,0.#", CultureInfo.InvariantCulture);
    }
}

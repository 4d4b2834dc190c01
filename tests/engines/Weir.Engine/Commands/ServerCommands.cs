using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>Questions about the server itself.</summary>
internal static class ServerCommands
{
    public static (string Name, Func<Command, Task<BsonDocument>> Run)[] All { get; } =
    [
        ("serverStatus", command => Task.FromResult(ServerStatus(command))),
        ("whatsmyuri", command => Task.FromResult(new BsonDocument { ["you"] = command.Connection.Remote })),
        ("connectionStatus", command => Task.FromResult(ConnectionStatus(command))),
        ("getCmdLineOpts", _ => Task.FromResult(new BsonDocument { ["argv"] = new BsonArray() })),
        ("getParameter", command => Task.FromResult(GetParameter(command))),
        (
            "getLog",
            _ => Task.FromResult(new BsonDocument { ["totalLinesWritten"] = 0, ["log"] = new BsonArray() })
        ),
        (
            "listDatabases",
            command =>
                command.CallAsync(
                    "select documentdb_api.list_databases($1::bytea::documentdb_core.bson)::bytea",
                    command.Body
                )
        ),
        (
            "currentOp",
            command =>
                command.CallAsync(
                    "select documentdb_api.current_op_command($1::bytea::documentdb_core.bson)::bytea",
                    command.Body
                )
        ),
        (
            "killOp",
            command =>
                command.CallAsync(
                    "select documentdb_api.kill_op($1::bytea::documentdb_core.bson)::bytea",
                    command.Body
                )
        ),
        (
            "dbStats",
            command => command.CallAsync("select documentdb_api.db_stats($1)::bytea", command.Database)
        ),
    ];

    private static BsonDocument ServerStatus(Command command) =>
        new()
        {
            ["host"] = command.Gateway.Address,
            ["version"] = "7.0.0",
            ["process"] = "gateway",
            ["connections"] = new BsonDocument
            {
                ["current"] = command.Gateway.Connections,
                ["peak"] = command.Gateway.PeakConnections,
                ["totalCreated"] = command.Gateway.TotalCreated,
            },
        };

    private static BsonDocument ConnectionStatus(Command command)
    {
        var users = new BsonArray();
        if (command.Connection.User is { } user)
        {
            users.Add(new BsonDocument { ["user"] = user, ["db"] = "admin" });
        }

        return new BsonDocument
        {
            ["authInfo"] = new BsonDocument
            {
                ["authenticatedUsers"] = users,
                ["authenticatedUserRoles"] = new BsonArray(),
            },
        };
    }

    private static BsonDocument GetParameter(Command command) =>
        command.Body.Contains("featureCompatibilityVersion")
            ? new BsonDocument { ["featureCompatibilityVersion"] = new BsonDocument { ["version"] = "7.0" } }
            : throw new CommandError(72, "InvalidOptions", "no option found to get");
}

using Weir.Pooling;
using Weir.Protocol.Bson;

namespace Weir.Doctor.Looks;

/// <summary>Makes a look of <c>serverStatus</c>'s reply.</summary>
internal static class ServerStatusReader
{
    // What is large or dear and not looked at.
    private static readonly string[] Unwanted =
    [
        "repl",
        "wiredTiger",
        "tcmalloc",
        "locks",
        "globalLock",
        "opLatencies",
        "transportSecurity",
        "flowControl",
        "indexStats",
        "queryAnalyzers",
    ];

    public static BsonDocument Command()
    {
        var command = new BsonDocument("serverStatus", 1);
        foreach (var section in Unwanted)
        {
            command[section] = 0;
        }

        return command;
    }

    /// <exception cref="LookException">The reply has no count of connections.</exception>
    public static ServerLook Read(BsonDocument status, Server server, TimeSpan at)
    {
        if (
            status.Section("connections") is not { } connections
            || connections.Number("current") is not { } current
        )
        {
            throw new LookException($"{server.Address} does not count its connections in serverStatus");
        }

        return new ServerLook
        {
            Address = server.Address,
            Type = server.Description.Type,
            At = at,
            Version = status.Text("version") ?? "",
            Current = (int)current,
            Available = (int)(connections.Number("available") ?? 0),
            TotalCreated = connections.Number("totalCreated") ?? 0,
            AwaitingTopologyChanges = (int?)connections.Number("awaitingTopologyChanges"),
            Own = 0,
            Operations = status.Section("opcounters") is { } counters
                ? counters.Names.Sum(name => counters.Number(name) ?? 0)
                : null,
            Cursors = Cursors(status),
            Sessions = status.Section("logicalSessionRecordCache")?.Number("activeSessionsCount"),
        };
    }

    private static CursorCounts? Cursors(BsonDocument status) =>
        status.Section("metrics")?.Section("cursor") is { } cursor && cursor.Section("open") is { } open
            ? new CursorCounts(
                open.Number("total") ?? 0,
                open.Number("noTimeout") ?? 0,
                open.Number("pinned") ?? 0,
                cursor.Number("timedOut") ?? 0
            )
            : null;
}

using System.Collections.Frozen;

namespace Weir.Engine;

/// <summary>The stable API: version 1 is all there is, and strict clients get nothing beyond it.</summary>
internal static class StableApi
{
    private static readonly FrozenSet<string> inVersion1 = FrozenSet.Create(
        "abortTransaction",
        "aggregate",
        "bulkWrite",
        "collMod",
        "commitTransaction",
        "count",
        "create",
        "createIndexes",
        "delete",
        "drop",
        "dropDatabase",
        "dropIndexes",
        "endSessions",
        "find",
        "findAndModify",
        "getMore",
        "hello",
        "insert",
        "killCursors",
        "listCollections",
        "listDatabases",
        "listIndexes",
        "ping",
        "refreshSessions",
        "saslContinue",
        "saslStart",
        "update"
    );

    public static void Check(Command command)
    {
        if (!command.Body.TryGetValue("apiVersion", out var version))
        {
            return;
        }

        if (version is not { IsString: true, AsString: "1" })
        {
            throw new CommandError(322, "APIVersionError", "API version must be \"1\"");
        }

        if (command.Body.GetValueOrDefault("apiStrict").ToBoolean() && !inVersion1.Contains(command.Name))
        {
            throw new CommandError(
                323,
                "APIStrictError",
                $"Provided apiStrict:true, but the command {command.Name} is not in API Version 1"
            );
        }
    }
}

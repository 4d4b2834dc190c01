using Weir.Pooling.Commands;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>A database's operations.</summary>
internal sealed class UnifiedDatabaseOperations(UnifiedEntities entities, UnifiedTarget database)
    : UnifiedCommands(entities, database)
{
    protected override async Task<object?> RunAsync(
        string name,
        UnifiedArguments arguments,
        CommandSession? session
    )
    {
        switch (name)
        {
            case "runCommand":
                return (BsonValue)await RunAsync(Given(arguments, session), arguments);
            case "runCursorCommand":
                return (BsonValue)
                    await ReadAllAsync(Given(arguments, session), arguments, CursorOptions(arguments));
            case "createCommandCursor":
                return await OpenAsync(Given(arguments, session), arguments, CursorOptions(arguments));
            case "aggregate":
                return (BsonValue)await ReadAllAsync(Aggregate(1, arguments, session), arguments);
            case "createChangeStream":
                return await OpenAsync(ChangeStream(1, arguments, session), arguments);
            case "listCollections" or "listCollectionNames" or "listCollectionObjects":
                var cursor = new BsonDocument();
                arguments.CopyTo(cursor, "batchSize");
                var list = new BsonDocument { ["listCollections"] = 1, ["cursor"] = cursor };
                if (name == "listCollectionNames")
                {
                    list["nameOnly"] = true;
                }
                arguments.CopyTo(list, "filter", "comment", "authorizedCollections");
                var all = await ReadAllAsync(Read(list, session, concern: false), arguments);
                return name == "listCollectionNames"
                    ? (BsonValue)new BsonArray(all.Select(c => c.AsDocument["name"]))
                    : all;
            case "createCollection":
                var create = new BsonDocument { ["create"] = arguments["collection"] };
                arguments.CopyTo(
                    create,
                    "capped",
                    "size",
                    "max",
                    "validator",
                    "viewOn",
                    "pipeline",
                    "comment"
                );
                await RunAsync(Write(create, session, isRetryable: false), arguments);
                return Target with { Collection = create["create"].AsString };
            case "dropCollection":
                var drop = new BsonDocument { ["drop"] = arguments["collection"] };
                await RunAsync(Write(drop, session, isRetryable: false), arguments);
                return null;
            default:
                throw Unknown(name);
        }
    }

    // What was given is neither looked into nor added to: no concern of the database's, no preference of its own.
    private CommandRequest Given(UnifiedArguments arguments, CommandSession? session)
    {
        var command = arguments["command"].AsDocument;
        Assert.Equal(arguments["commandName"].AsString, command[0].Name);
        return new CommandRequest(Target.Database, command)
        {
            ReadPreference = arguments.Optional("readPreference") is { } preference
                ? UnifiedTarget.Parse(preference.AsDocument)
                : null,
            Session = session,
        };
    }

    private static BsonDocument CursorOptions(UnifiedArguments arguments)
    {
        var type = arguments.Optional("cursorType")?.AsString ?? "nonTailable";
        Assert.Contains(type, (string[])["nonTailable", "tailable", "tailableAwait"]);
        return GetMore(arguments);
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>Collections and databases: create, drop, rename, list.</summary>
internal static class CatalogCommands
{
    private const CommandTraits Writes = CommandTraits.Writes | CommandTraits.ApiV1;
    private const CommandTraits Reads = CommandTraits.Reads | CommandTraits.ApiV1;

    public static IEnumerable<CommandDefinition> All =>
        [
            new("create", Writes | CommandTraits.InTransaction | CommandTraits.AnyArguments, Create),
            new("drop", Writes, Drop),
            new("dropDatabase", Writes, DropDatabase),
            new(
                "renameCollection",
                CommandTraits.Writes | CommandTraits.AdminOnly,
                Rename,
                "to",
                "dropTarget"
            ),
            new(
                "listCollections",
                Reads,
                ListCollections,
                "filter",
                "nameOnly",
                "authorizedCollections",
                "cursor"
            ),
            new(
                "listDatabases",
                Reads | CommandTraits.AdminOnly,
                ListDatabases,
                "filter",
                "nameOnly",
                "authorizedDatabases"
            ),
        ];

    /// <summary>The options are the store's to know: what is no general argument goes to it.</summary>
    private static Reply Create(CommandContext context)
    {
        var options = new BsonDocument(
            context.Body.Skip(1).Where(element => !GenericArguments.All.Contains(element.Name))
        );
        context.Data.CreateCollection(context.Database, context.Collection, options);
        return new BsonDocument();
    }

    private static Reply Drop(CommandContext context)
    {
        if (!context.Data.DropCollection(context.Database, context.Collection, out var indexes))
        {
            return new BsonDocument();
        }

        return new BsonDocument { ["nIndexesWas"] = indexes, ["ns"] = context.Namespace };
    }

    private static Reply DropDatabase(CommandContext context)
    {
        if (!context.Body[0].Value.IsNumber || context.Body[0].Value.ToDouble() != 1)
        {
            throw new CommandError(5255000, "Invalid value for 'dropDatabase', expected 1");
        }

        return context.Data.DropDatabase(context.Database)
            ? new BsonDocument { ["dropped"] = context.Database }
            : new BsonDocument();
    }

    private static Reply Rename(CommandContext context)
    {
        var (fromDatabase, from) = Split(context.Arguments.RequiredString("renameCollection"));
        var (toDatabase, to) = Split(context.Arguments.RequiredString("to"));
        if (context.Arguments.Raw("dropTarget") is { IsBinary: true })
        {
            throw CommandError.NotHere("a UUID as dropTarget of renameCollection");
        }

        context.Data.RenameCollection(
            fromDatabase,
            from,
            toDatabase,
            to,
            context.Arguments.Flag("dropTarget")
        );
        return new BsonDocument();
    }

    private static Reply ListCollections(CommandContext context)
    {
        var arguments = context.Arguments;
        var size = Batches.SizeOf(arguments.Document("cursor"));
        var collections = context.Data.ListCollections(
            context.Database,
            arguments.Document("filter"),
            arguments.Flag("nameOnly")
        );
        var @namespace = $"{context.Database}.$cmd.listCollections";
        return Batches.First(
            context,
            Batches.Open(context, new ListCursor(collections), @namespace),
            size ?? long.MaxValue
        );
    }

    private static Reply ListDatabases(CommandContext context)
    {
        var arguments = context.Arguments;
        var databases = context
            .Data.ListDatabases()
            .ConvertAll(database => new BsonDocument
            {
                ["name"] = database.Name,
                ["sizeOnDisk"] = database.SizeOnDisk,
                ["empty"] = database.Empty,
            });
        if (arguments.Document("filter") is { Count: > 0 } filter)
        {
            var match = new AggregateSpec { Pipeline = [new BsonDocument { ["$match"] = filter }] };
            databases = context.Data.Aggregate(context.Database, databases, match).ToList();
        }

        if (arguments.Flag("nameOnly"))
        {
            return new BsonDocument
            {
                ["databases"] = new BsonArray(
                    databases.Select(database => (BsonValue)new BsonDocument { ["name"] = database["name"] })
                ),
            };
        }

        var total = databases.Sum(database => database["sizeOnDisk"].ToInt64());
        return new BsonDocument
        {
            ["databases"] = new BsonArray(databases.Select(database => (BsonValue)database)),
            ["totalSize"] = total,
            ["totalSizeMb"] = total / (1024 * 1024),
        };
    }

    private static (string Database, string Collection) Split(string @namespace)
    {
        var dot = @namespace.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dot < @namespace.Length - 1
            ? (@namespace[..dot], @namespace[(dot + 1)..])
            : throw new CommandError(73, "InvalidNamespace", $"Invalid namespace specified '{@namespace}'");
    }
}

using Weir.Pooling.Commands;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>A collection's operations.</summary>
internal sealed class UnifiedCollectionOperations(UnifiedEntities entities, UnifiedTarget collection)
    : UnifiedCommands(entities, collection)
{
    private string Name => Target.Collection!;

    public static BsonDocument WithId(BsonDocument document)
    {
        if (document.Contains("_id"))
        {
            return document;
        }
        var whole = new BsonDocument { ["_id"] = ObjectId.New() };
        foreach (var element in document)
        {
            whole.Add(element);
        }
        return whole;
    }

    protected override async Task<object?> RunAsync(
        string name,
        UnifiedArguments arguments,
        CommandSession? session
    )
    {
        switch (name)
        {
            case "find":
                return (BsonValue)await FindAsync(arguments, session);
            case "createFindCursor":
                return await OpenAsync(Read(Find(arguments), session), arguments, FindMore(arguments));
            case "findOne":
                var one = Find(arguments);
                one["limit"] = 1;
                one["singleBatch"] = true;
                var found = await ReadAllAsync(Read(one, session), arguments);
                return found.Count > 0 ? found[0] : default(BsonValue?);
            case "aggregate":
                return (BsonValue)await ReadAllAsync(Aggregate(Name, arguments, session), arguments);
            case "countDocuments":
                return (BsonValue)await CountAsync(arguments, session);
            case "estimatedDocumentCount":
                var count = new BsonDocument { ["count"] = Name };
                arguments.CopyTo(count, "maxTimeMS", "comment");
                return (await RunAsync(Read(count, session), arguments))["n"];
            case "distinct":
                var distinct = new BsonDocument { ["distinct"] = Name, ["key"] = arguments["fieldName"] };
                distinct["query"] = arguments.Optional("filter") ?? new BsonDocument();
                arguments.CopyTo(distinct, "collation", "maxTimeMS", "comment", "hint");
                return (await RunAsync(Read(distinct, session), arguments))["values"];
            case "mapReduce":
                var mapReduce = new BsonDocument { ["mapReduce"] = Name };
                arguments.CopyTo(mapReduce, "map", "reduce", "out");
                return (await RunAsync(Read(mapReduce, session), arguments)).GetValueOrDefault("results");
            case "createChangeStream":
                return await OpenAsync(ChangeStream(Name, arguments, session), arguments);
            case "listIndexes" or "listIndexNames":
                var cursor = new BsonDocument();
                arguments.CopyTo(cursor, "batchSize");
                var list = new BsonDocument { ["listIndexes"] = Name, ["cursor"] = cursor };
                arguments.CopyTo(list, "comment");
                var indexes = await ReadAllAsync(Read(list, session, concern: false), arguments);
                return name == "listIndexes"
                    ? (BsonValue)indexes
                    : new BsonArray(indexes.Select(i => i.AsDocument["name"]));
            case "createIndex":
                await RunAsync(Write(CreateIndex(arguments), session, isRetryable: false), arguments);
                return null;
            case "dropIndex" or "dropIndexes":
                var drop = new BsonDocument
                {
                    ["dropIndexes"] = Name,
                    ["index"] = name == "dropIndex" ? arguments["name"] : "*",
                };
                arguments.CopyTo(drop, "maxTimeMS", "comment");
                await RunAsync(Write(drop, session, isRetryable: false), arguments);
                return null;
            default:
                return await new UnifiedWrites(this).RunAsync(name, arguments, session)
                    ?? throw Unknown(name);
        }
    }

    internal string CollectionName => Name;

    internal Task<BsonDocument> WriteAsync(
        BsonDocument command,
        UnifiedArguments arguments,
        CommandSession? session,
        bool isRetryable
    ) => RunAsync(Write(command, session, isRetryable), arguments);

    private async Task<BsonArray> FindAsync(UnifiedArguments arguments, CommandSession? session) =>
        await ReadAllAsync(Read(Find(arguments), session), arguments, FindMore(arguments));

    private BsonDocument Find(UnifiedArguments arguments)
    {
        var command = new BsonDocument { ["find"] = Name, ["filter"] = arguments["filter"] };
        arguments.CopyTo(
            command,
            "sort",
            "projection",
            "hint",
            "skip",
            "limit",
            "batchSize",
            "comment",
            "maxTimeMS",
            "let",
            "collation",
            "allowDiskUse",
            "min",
            "max",
            "returnKey",
            "showRecordId"
        );
        return command;
    }

    private static BsonDocument FindMore(UnifiedArguments arguments)
    {
        var fields = new BsonDocument();
        arguments.CopyTo(fields, "batchSize", "comment");
        return fields;
    }

    private async Task<BsonValue> CountAsync(UnifiedArguments arguments, CommandSession? session)
    {
        var pipeline = new BsonArray { new BsonDocument { ["$match"] = arguments["filter"] } };
        foreach (var stage in (string[])["skip", "limit"])
        {
            if (arguments.Optional(stage) is { } value)
            {
                pipeline.Add(new BsonDocument { ["$" + stage] = value });
            }
        }
        pipeline.Add(
            new BsonDocument
            {
                ["$group"] = new BsonDocument
                {
                    ["_id"] = 1,
                    ["n"] = new BsonDocument { ["$sum"] = 1 },
                },
            }
        );
        var command = new BsonDocument
        {
            ["aggregate"] = Name,
            ["pipeline"] = pipeline,
            ["cursor"] = new BsonDocument(),
        };
        arguments.CopyTo(command, "collation", "hint", "maxTimeMS", "comment");
        var groups = await ReadAllAsync(Read(command, session), arguments);
        return groups.Count > 0 ? groups[0].AsDocument["n"] : 0;
    }

    private BsonDocument CreateIndex(UnifiedArguments arguments)
    {
        var keys = arguments["keys"].AsDocument;
        var index = new BsonDocument
        {
            ["key"] = keys,
            ["name"] =
                arguments.Optional("name") ?? string.Join('_', keys.Select(k => $"{k.Name}_{k.Value}")),
        };
        arguments.CopyTo(
            index,
            "unique",
            "sparse",
            "expireAfterSeconds",
            "hidden",
            "partialFilterExpression"
        );
        var command = new BsonDocument
        {
            ["createIndexes"] = Name,
            ["indexes"] = new BsonArray { index },
        };
        arguments.CopyTo(command, "maxTimeMS", "comment");
        return command;
    }
}

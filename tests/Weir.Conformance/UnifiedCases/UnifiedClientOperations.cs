using Weir.Pooling.Commands;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>A client's operations.</summary>
internal sealed class UnifiedClientOperations(UnifiedEntities entities, UnifiedClient client)
    : UnifiedCommands(entities, new UnifiedTarget(client, "admin", null))
{
    protected override async Task<object?> RunAsync(
        string name,
        UnifiedArguments arguments,
        CommandSession? session
    )
    {
        switch (name)
        {
            case "close":
                arguments.AssertAllKnown();
                await Target.Client.CloseAsync();
                return null;
            case "appendMetadata":
                var info = arguments["driverInfoOptions"].AsDocument;
                Known.Fields(info, name, "name", "version", "platform");
                arguments.AssertAllKnown();
                Target.Client.Deployment.AppendMetadata(
                    info["name"].AsString,
                    info.Contains("version") ? info["version"].AsString : null,
                    info.Contains("platform") ? info["platform"].AsString : null
                );
                return null;
            case "listDatabases" or "listDatabaseNames":
                var command = new BsonDocument { ["listDatabases"] = 1 };
                if (name == "listDatabaseNames")
                {
                    command["nameOnly"] = true;
                }
                arguments.CopyTo(command, "filter", "authorizedDatabases", "comment", "nameOnly");
                var reply = await RunAsync(Read(command, session, concern: false), arguments);
                var databases = reply["databases"].AsArray;
                return name == "listDatabases"
                    ? (BsonValue)databases
                    : new BsonArray(databases.Select(d => d.AsDocument["name"]));
            case "createChangeStream":
                return await OpenAsync(ChangeStream(1, arguments, session, wholeCluster: true), arguments);
            case "clientBulkWrite":
                return await BulkWriteAsync(arguments, session);
            default:
                throw Unknown(name);
        }
    }

    private async Task<object?> BulkWriteAsync(UnifiedArguments arguments, CommandSession? session)
    {
        var places = new List<string>();
        var operations = new BsonArray();
        var isRetryable = true;
        foreach (var item in arguments["models"].AsArray)
        {
            var (kind, value) = Assert.Single(item.AsDocument);
            var model = value.AsDocument;
            var place = model["namespace"].AsString;
            if (!places.Contains(place))
            {
                places.Add(place);
            }
            operations.Add(Statement(kind, model, places.IndexOf(place)));
            isRetryable &= !kind.EndsWith("Many", StringComparison.Ordinal);
        }
        var command = new BsonDocument
        {
            ["bulkWrite"] = 1,
            ["errorsOnly"] = !arguments.Flag("verboseResults"),
            ["ordered"] = arguments.Optional("ordered")?.AsBoolean ?? true,
            ["ops"] = operations,
            ["nsInfo"] = new BsonArray(places.Select(p => (BsonValue)new BsonDocument { ["ns"] = p })),
        };
        arguments.CopyTo(command, "bypassDocumentValidation", "comment", "let");
        var reply = await RunAsync(Write(command, session, isRetryable), arguments);
        return (BsonValue)
            new BsonDocument
            {
                ["insertedCount"] = reply["nInserted"],
                ["matchedCount"] = reply["nMatched"],
                ["modifiedCount"] = reply["nModified"],
                ["upsertedCount"] = reply["nUpserted"],
                ["deletedCount"] = reply["nDeleted"],
            };
    }

    private static BsonDocument Statement(string kind, BsonDocument model, int place)
    {
        var statement = kind switch
        {
            "insertOne" => new BsonDocument
            {
                ["insert"] = place,
                ["document"] = UnifiedCollectionOperations.WithId(model["document"].AsDocument),
            },
            "deleteOne" or "deleteMany" => new BsonDocument
            {
                ["delete"] = place,
                ["filter"] = model["filter"],
                ["multi"] = kind == "deleteMany",
            },
            "updateOne" or "updateMany" => new BsonDocument
            {
                ["update"] = place,
                ["filter"] = model["filter"],
                ["updateMods"] = model["update"],
                ["multi"] = kind == "updateMany",
            },
            "replaceOne" => new BsonDocument
            {
                ["update"] = place,
                ["filter"] = model["filter"],
                ["updateMods"] = model["replacement"],
                ["multi"] = false,
            },
            _ => throw Unknown($"clientBulkWrite/{kind}"),
        };
        new UnifiedArguments(kind, model).CopyTo(statement, "collation", "hint", "arrayFilters", "upsert");
        Known.Fields(
            model,
            kind,
            "namespace",
            "document",
            "filter",
            "update",
            "replacement",
            "collation",
            "hint",
            "arrayFilters",
            "upsert"
        );
        return statement;
    }
}

using Weir.Pooling.Commands;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>The operations that write to a collection.</summary>
internal sealed class UnifiedWrites(UnifiedCollectionOperations collection)
{
    private static readonly string[] s_statementOptions =
    [
        "collation",
        "hint",
        "upsert",
        "arrayFilters",
        "sort",
    ];

    private static readonly string[] s_commandOptions = ["comment", "let", "bypassDocumentValidation"];

    public Task<object?> RunAsync(string name, UnifiedArguments arguments, CommandSession? session) =>
        name switch
        {
            "insertOne" or "insertMany" => InsertAsync(name == "insertOne", arguments, session),
            "updateOne" or "updateMany" or "replaceOne" => UpdateAsync(name, arguments, session),
            "deleteOne" or "deleteMany" => DeleteAsync(name, arguments, session),
            "findOneAndDelete" or "findOneAndReplace" or "findOneAndUpdate" => FindAndModifyAsync(
                name,
                arguments,
                session
            ),
            "bulkWrite" => BulkWriteAsync(arguments, session),
            _ => Task.FromResult<object?>(null),
        };

    private async Task<object?> InsertAsync(bool isOne, UnifiedArguments arguments, CommandSession? session)
    {
        var documents = isOne ? [arguments["document"]] : arguments["documents"].AsArray;
        var command = Insert([.. documents.Select(d => d.AsDocument)], isOne || IsOrdered(arguments));
        arguments.CopyTo(command, s_commandOptions);
        await collection.WriteAsync(command, arguments, session, isRetryable: true);
        var sent = command["documents"].AsArray;
        if (isOne)
        {
            return (BsonValue)new BsonDocument { ["insertedId"] = sent[0].AsDocument["_id"] };
        }
        var ids = new BsonDocument();
        for (var i = 0; i < sent.Count; i++)
        {
            ids[i.ToString(System.Globalization.CultureInfo.InvariantCulture)] = sent[i].AsDocument["_id"];
        }
        return (BsonValue)new BsonDocument { ["insertedIds"] = ids, ["insertedCount"] = sent.Count };
    }

    private async Task<object?> UpdateAsync(string name, UnifiedArguments arguments, CommandSession? session)
    {
        var command = Statements("update", "updates", [Update(name, arguments)], ordered: true);
        arguments.CopyTo(command, s_commandOptions);
        var reply = await collection.WriteAsync(command, arguments, session, name != "updateMany");
        var upserted = reply.GetValueOrDefault("upserted") is { IsArray: true } ids ? ids.AsArray : [];
        var result = new BsonDocument
        {
            ["matchedCount"] = reply["n"].ToInt32() - upserted.Count,
            ["modifiedCount"] = reply["nModified"],
            ["upsertedCount"] = upserted.Count,
        };
        if (upserted.Count > 0)
        {
            result["upsertedId"] = upserted[0].AsDocument["_id"];
        }
        return (BsonValue)result;
    }

    private async Task<object?> DeleteAsync(string name, UnifiedArguments arguments, CommandSession? session)
    {
        var command = Statements("delete", "deletes", [Delete(name, arguments)], ordered: true);
        arguments.CopyTo(command, s_commandOptions);
        var reply = await collection.WriteAsync(command, arguments, session, name != "deleteMany");
        return (BsonValue)new BsonDocument { ["deletedCount"] = reply["n"] };
    }

    private async Task<object?> FindAndModifyAsync(
        string name,
        UnifiedArguments arguments,
        CommandSession? session
    )
    {
        var command = new BsonDocument
        {
            ["findAndModify"] = collection.CollectionName,
            ["query"] = arguments["filter"],
        };
        if (name == "findOneAndDelete")
        {
            command["remove"] = true;
        }
        else
        {
            command["update"] = arguments[name == "findOneAndUpdate" ? "update" : "replacement"];
            command["new"] = arguments.Optional("returnDocument")?.AsString == "After";
        }
        if (arguments.Optional("projection") is { } fields)
        {
            command["fields"] = fields;
        }
        arguments.CopyTo(command, "sort", "upsert", "collation", "hint", "arrayFilters", "maxTimeMS");
        arguments.CopyTo(command, s_commandOptions);
        return (
            await collection.WriteAsync(command, arguments, session, isRetryable: true)
        ).GetValueOrDefault("value");
    }

    private async Task<object?> BulkWriteAsync(UnifiedArguments arguments, CommandSession? session)
    {
        var result = new BsonDocument();
        void Count(string field, int count) =>
            result[field] =
                (result.GetValueOrDefault(field) is { IsNumber: true } n ? n.ToInt32() : 0) + count;
        foreach (
            var field in (string[])
                ["insertedCount", "matchedCount", "modifiedCount", "deletedCount", "upsertedCount"]
        )
        {
            Count(field, 0);
        }
        var isOrdered = IsOrdered(arguments);
        foreach (var (kind, models) in Batches(arguments["requests"].AsArray))
        {
            var isRetryable = models.All(m => !m.Name.EndsWith("Many", StringComparison.Ordinal));
            var command = kind switch
            {
                "insert" => Insert(
                    [.. models.Select(m => m.Value.AsDocument["document"].AsDocument)],
                    isOrdered
                ),
                "update" => Statements(
                    kind,
                    "updates",
                    models.Select(m => Update(m.Name, Model(m, "filter", "update", "replacement"))),
                    isOrdered
                ),
                _ => Statements(
                    kind,
                    "deletes",
                    models.Select(m => Delete(m.Name, Model(m, "filter"))),
                    isOrdered
                ),
            };
            arguments.CopyTo(command, s_commandOptions);
            var reply = await collection.WriteAsync(command, arguments, session, isRetryable);
            var upserted = reply.GetValueOrDefault("upserted") is { IsArray: true } ids
                ? ids.AsArray.Count
                : 0;
            Count(
                kind == "insert" ? "insertedCount"
                    : kind == "update" ? "matchedCount"
                    : "deletedCount",
                reply["n"].ToInt32() - upserted
            );
            Count("upsertedCount", upserted);
            Count("modifiedCount", kind == "update" ? reply["nModified"].ToInt32() : 0);
        }
        return (BsonValue)result;
    }

    private static IEnumerable<(string Kind, List<BsonElement> Models)> Batches(BsonArray requests)
    {
        var kind = "";
        List<BsonElement> models = [];
        foreach (var request in requests)
        {
            var model = Assert.Single(request.AsDocument);
            var next = model.Name switch
            {
                "insertOne" => "insert",
                "updateOne" or "updateMany" or "replaceOne" => "update",
                "deleteOne" or "deleteMany" => "delete",
                _ => throw new InvalidDataException($"bulkWrite: '{model.Name}' is unknown to the runner"),
            };
            if (next != kind && models.Count > 0)
            {
                yield return (kind, models);
                models = [];
            }
            kind = next;
            models.Add(model);
        }
        if (models.Count > 0)
        {
            yield return (kind, models);
        }
    }

    private static UnifiedArguments Model(BsonElement model, params string[] known)
    {
        Known.Fields(model.Value.AsDocument, model.Name, [.. known, .. s_statementOptions]);
        return new UnifiedArguments(model.Name, model.Value);
    }

    private BsonDocument Insert(IEnumerable<BsonDocument> documents, bool ordered) =>
        Statements("insert", "documents", documents.Select(UnifiedCollectionOperations.WithId), ordered);

    private BsonDocument Statements(
        string command,
        string field,
        IEnumerable<BsonDocument> statements,
        bool ordered
    ) =>
        new()
        {
            [command] = collection.CollectionName,
            [field] = new BsonArray(statements.Select(s => (BsonValue)s)),
            ["ordered"] = ordered,
        };

    private static BsonDocument Update(string name, UnifiedArguments arguments)
    {
        var statement = new BsonDocument
        {
            ["q"] = arguments["filter"],
            ["u"] = arguments[name == "replaceOne" ? "replacement" : "update"],
        };
        if (name == "updateMany")
        {
            statement["multi"] = true;
        }
        arguments.CopyTo(statement, s_statementOptions);
        return statement;
    }

    private static BsonDocument Delete(string name, UnifiedArguments arguments)
    {
        var statement = new BsonDocument
        {
            ["q"] = arguments["filter"],
            ["limit"] = name == "deleteMany" ? 0 : 1,
        };
        arguments.CopyTo(statement, "collation", "hint");
        return statement;
    }

    private static bool IsOrdered(UnifiedArguments arguments) =>
        arguments.Optional("ordered")?.AsBoolean ?? true;
}

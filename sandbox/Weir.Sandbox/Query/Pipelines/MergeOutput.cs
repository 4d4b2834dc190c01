using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Query.Pipelines;

/// <summary>$merge: each result meets the document with the same _id, or the same values of a unique index.</summary>
internal sealed class MergeOutput : PipelineOutput
{
    private readonly string[] on;
    private readonly BsonValue whenMatched;
    private readonly string whenNotMatched;

    private MergeOutput(
        string? database,
        string collection,
        string[] on,
        BsonValue whenMatched,
        string whenNotMatched
    )
        : base(database, collection)
    {
        this.on = on;
        this.whenMatched = whenMatched;
        this.whenNotMatched = whenNotMatched;
    }

    public static MergeOutput Parse(BsonValue operand)
    {
        if (operand.IsString)
        {
            return new MergeOutput(null, operand.AsString, ["_id"], "merge", "insert");
        }

        var specification = StageParser.Document("$merge", operand, 51182);
        foreach (var name in specification.Names)
        {
            if (name is not ("into" or "on" or "whenMatched" or "whenNotMatched"))
            {
                throw CommandError.NotHere($"the $merge option '{name}'");
            }
        }

        var (database, collection) = Target("$merge", specification.GetValueOrDefault("into"));
        var matched = specification.TryGetValue("whenMatched", out var m) ? m : "merge";
        var notMatched = specification.TryGetValue("whenNotMatched", out var n) ? n : "insert";
        if (
            !matched.IsArray
            && !(matched.IsString && matched.AsString is "replace" or "merge" or "keepExisting" or "fail")
        )
        {
            throw CommandError.BadValue($"$merge whenMatched can't be {ValueText.Of(matched)}");
        }

        if (!(notMatched.IsString && notMatched.AsString is "insert" or "discard" or "fail"))
        {
            throw CommandError.BadValue($"$merge whenNotMatched can't be {ValueText.Of(notMatched)}");
        }

        return new MergeOutput(database, collection, On(specification), matched, notMatched.AsString);
    }

    protected override void WriteTo(StoreSession session, string into, IEnumerable<BsonDocument> results)
    {
        foreach (var result in results)
        {
            var filter = new BsonDocument();
            foreach (var field in on)
            {
                filter.Add(
                    field,
                    new BsonDocument(
                        "$eq",
                        result.TryGetValue(field, out var value) ? value
                            : field == "_id" ? ObjectId.New()
                            : throw new CommandError(
                                51132,
                                $"$merge write error: 'on' field '{field}' cannot be missing"
                            )
                    )
                );
            }

            Write(session, into, filter, result);
        }
    }

    private static string[] On(BsonDocument specification)
    {
        if (!specification.TryGetValue("on", out var given))
        {
            return ["_id"];
        }

        return given.IsString ? [given.AsString]
            : given.IsArray && given.AsArray.Count > 0 && given.AsArray.All(static name => name.IsString)
                ? [.. given.AsArray.Select(static name => name.AsString)]
            : throw new CommandError(51186, "$merge 'on' must be a string or an array of strings");
    }

    private void Write(StoreSession session, string into, BsonDocument filter, BsonDocument result)
    {
        var exists = session.Count(into, Collection, new CountSpec { Filter = filter, Limit = 1 }) > 0;
        if (!exists)
        {
            switch (whenNotMatched)
            {
                case "insert":
                    Throw(session.Insert(into, Collection, [result]).Errors);
                    return;
                case "fail":
                    throw new CommandError(
                        13113,
                        "MergeStageNoMatchingDocument",
                        "$merge could not find a matching document in the target collection for at least one document in the source collection"
                    );
                default:
                    return;
            }
        }

        if (whenMatched.IsString && whenMatched.AsString == "fail")
        {
            throw new CommandError(
                ErrorCodes.DuplicateKey,
                "$merge found a document in the target collection that matches"
            );
        }

        if (Change(result) is { } change)
        {
            Throw(session.Update(into, Collection, [change with { Filter = filter }]).Errors);
        }
    }

    private UpdateStatement? Change(BsonDocument result)
    {
        if (whenMatched.IsArray)
        {
            return new UpdateStatement
            {
                Update = whenMatched,
                Let = new BsonDocument("new", new BsonDocument("$literal", result)),
            };
        }

        return whenMatched.AsString switch
        {
            "replace" => new UpdateStatement { Update = result },
            "merge" => new UpdateStatement { Update = new BsonDocument("$set", result) },
            _ => null,
        };
    }

    private static void Throw(IReadOnlyList<WriteError> errors)
    {
        if (errors is [var error, ..])
        {
            throw error.Error;
        }
    }
}

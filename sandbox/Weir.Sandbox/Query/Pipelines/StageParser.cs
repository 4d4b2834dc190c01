using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Query.Pipelines.Stages;
using Weir.Sandbox.Query.Projections;
using Weir.Sandbox.Query.Sorting;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines;

/// <summary>Reads one stage; what it does not know is an error in the server's words.</summary>
internal static class StageParser
{
    // Stages that a server has and this one has not: saying "unrecognized" of them would be a lie.
    private static readonly HashSet<string> notHere =
    [
        "$bucketAuto",
        "$changeStream",
        "$changeStreamSplitLargeEvent",
        "$collStats",
        "$currentOp",
        "$densify",
        "$documents",
        "$fill",
        "$geoNear",
        "$graphLookup",
        "$indexStats",
        "$listLocalSessions",
        "$listSampledQueries",
        "$listSearchIndexes",
        "$listSessions",
        "$planCacheStats",
        "$rankFusion",
        "$redact",
        "$search",
        "$searchMeta",
        "$setWindowFields",
        "$shardedDataDistribution",
        "$unionWith",
        "$vectorSearch",
    ];

    public static Stage Parse(string name, BsonValue operand, QueryContext context) =>
        name switch
        {
            "$match" => Match(operand, context),
            "$project" => new ProjectStage(
                ProjectionParser.ForStage(Document(name, operand, 15969), context)
            ),
            "$addFields" or "$set" => new ProjectStage(
                ProjectionParser.ForAddFields(Document(name, operand, 40272), context)
            ),
            "$unset" => new ProjectStage(ProjectionParser.ForUnset(Names(operand), context)),
            "$group" => GroupParser.Parse(Document(name, operand, 15947), context),
            "$sort" => Sort(operand),
            "$limit" => new LimitStage(Whole(operand, 1, 15958, "the limit must be positive")),
            "$skip" => new SkipStage(Whole(operand, 0, 15956, "Argument to $skip cannot be negative")),
            "$count" => Count(operand),
            "$unwind" => UnwindStage.Parse(operand),
            "$replaceRoot" => ReplaceRoot(operand, context),
            "$replaceWith" => new ReplaceRootStage(ExpressionParser.Parse(operand, context), context),
            "$lookup" => LookupParser.Parse(operand, context),
            "$sample" => Sample(operand),
            "$facet" => FacetStage.Parse(Document(name, operand, 40169), context),
            "$bucket" => BucketParser.Parse(Document(name, operand, 40201), context),
            "$sortByCount" => SortByCount.Parse(operand, context),
            _ => throw (
                notHere.Contains(name)
                    ? CommandError.NotHere($"the aggregation stage {name}")
                    : new CommandError(40324, $"Unrecognized pipeline stage name: '{name}'")
            ),
        };

    public static BsonDocument Document(string name, BsonValue operand, int code) =>
        operand.IsDocument
            ? operand.AsDocument
            : throw new CommandError(code, $"{name} specification must be an object");

    private static MatchStage Match(BsonValue operand, QueryContext context) =>
        new(
            FilterParser.Parse(
                operand.IsDocument
                    ? operand.AsDocument
                    : throw new CommandError(15959, "the match filter must be an expression in an object"),
                context
            )
        );

    private static SortStage Sort(BsonValue operand) =>
        SortOrder.Parse(Document("$sort", operand, 15973)) is { } order
            ? new SortStage(order)
            : throw new CommandError(15976, "$sort stage must have at least one sort key");

    private static CountStage Count(BsonValue operand)
    {
        if (!operand.IsString || operand.AsString.Length == 0)
        {
            throw new CommandError(40156, "the count field must be a non-empty string");
        }

        return operand.AsString[0] == '$' || operand.AsString.Contains('.', StringComparison.Ordinal)
            ? throw new CommandError(40158, "the count field cannot be a $-prefixed path or contain '.'")
            : new CountStage(operand.AsString);
    }

    private static ReplaceRootStage ReplaceRoot(BsonValue operand, QueryContext context) =>
        Document("$replaceRoot", operand, 40229).TryGetValue("newRoot", out var root)
            ? new ReplaceRootStage(ExpressionParser.Parse(root, context), context)
            : throw new CommandError(40231, "no newRoot specified for the $replaceRoot stage");

    private static SampleStage Sample(BsonValue operand) =>
        new(
            Whole(
                Document("$sample", operand, 28745).GetValueOrDefault("size"),
                1,
                28747,
                "size argument to $sample must be a positive integer"
            )
        );

    private static long Whole(BsonValue operand, long least, int code, string message) =>
        Numbers.TryWhole(operand, out var number) && number >= least
            ? number
            : throw new CommandError(code, message);

    private static List<string> Names(BsonValue operand)
    {
        IEnumerable<BsonValue> names = operand.IsArray ? operand.AsArray : [operand];
        var texts = new List<string>();
        foreach (var name in names)
        {
            texts.Add(
                name.IsString
                    ? name.AsString
                    : throw new CommandError(
                        31120,
                        "$unset specification must be a string or an array containing only string values"
                    )
            );
        }

        return texts.Count > 0
            ? texts
            : throw new CommandError(
                31119,
                "$unset specification must be a string or an array with at least one field"
            );
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;
using Weir.Sandbox.Query.Pipelines.Stages;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines;

/// <summary>Reads a $bucket.</summary>
internal static class BucketParser
{
    public static BucketStage Parse(BsonDocument specification, QueryContext context)
    {
        foreach (var name in specification.Names)
        {
            if (name is not ("groupBy" or "boundaries" or "default" or "output"))
            {
                throw new CommandError(40197, $"Unrecognized option to $bucket: {name}.");
            }
        }

        if (
            !specification.TryGetValue("groupBy", out var groupBy)
            || !specification.TryGetValue("boundaries", out var boundaries)
        )
        {
            throw new CommandError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
        }

        if (!boundaries.IsArray || boundaries.AsArray.Count < 2)
        {
            throw new CommandError(40192, "The $bucket 'boundaries' field must have at least 2 values");
        }

        for (var i = 1; i < boundaries.AsArray.Count; i++)
        {
            if (BsonOrder.Compare(boundaries.AsArray[i - 1], boundaries.AsArray[i]) >= 0)
            {
                throw new CommandError(
                    40194,
                    "The 'boundaries' option to $bucket must be sorted in ascending order"
                );
            }
        }

        var output = specification.TryGetValue("output", out var given)
            ? StageParser.Document("$bucket output", given, 40196)
            : new BsonDocument("count", new BsonDocument("$sum", 1));
        return new BucketStage(
            ExpressionParser.Parse(groupBy, context),
            [.. boundaries.AsArray],
            specification.TryGetValue("default", out var otherwise) ? otherwise : default(BsonValue?),
            GroupParser.Fields(output, context),
            context
        );
    }
}

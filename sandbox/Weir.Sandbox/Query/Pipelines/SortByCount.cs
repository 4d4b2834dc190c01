using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Pipelines.Stages;
using Weir.Sandbox.Query.Sorting;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines;

/// <summary>Reads a $sortByCount: a $group that counts and a $sort by the count.</summary>
internal sealed class SortByCount(GroupStage group, SortStage sort) : Stage
{
    public static SortByCount Parse(BsonValue operand, QueryContext context)
    {
        if (!(operand.IsString && operand.AsString is ['$', ..]) && !operand.IsDocument)
        {
            throw new CommandError(
                40148,
                "the sortByCount field must be defined as a $-prefixed path or an expression inside an object"
            );
        }

        var group = new BsonDocument { ["_id"] = operand, ["count"] = new BsonDocument("$sum", 1) };
        return new SortByCount(
            GroupParser.Parse(group, context),
            new SortStage(SortOrder.Parse(new BsonDocument("count", -1))!)
        );
    }

    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents) =>
        sort.Run(group.Run(documents));
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Sorting;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$sort.</summary>
internal sealed class SortStage(SortOrder order) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        foreach (var document in order.Sort(documents))
        {
            yield return document;
        }
    }
}

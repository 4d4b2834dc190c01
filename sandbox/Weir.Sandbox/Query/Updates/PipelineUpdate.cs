using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Pipelines;

namespace Weir.Sandbox.Query.Updates;

/// <summary>The document goes through an aggregation pipeline.</summary>
internal sealed class PipelineUpdate(Pipeline pipeline) : DocumentUpdate
{
    public override BsonDocument Apply(BsonDocument document, int? matchedIndex, bool isInsert)
    {
        var hasId = document.TryGetValue("_id", out var id);
        var result = pipeline.Run([document]).First();
        if (hasId && !result.Contains("_id"))
        {
            result.Insert(0, "_id", id);
        }

        return result;
    }
}

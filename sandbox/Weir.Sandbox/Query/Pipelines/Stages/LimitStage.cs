using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$limit.</summary>
internal sealed class LimitStage(long limit) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        var left = limit;
        foreach (var document in documents)
        {
            yield return document;
            if (--left == 0)
            {
                yield break;
            }
        }
    }
}

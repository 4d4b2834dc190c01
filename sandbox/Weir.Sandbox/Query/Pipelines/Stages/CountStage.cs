using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$count: one document, or none when there was nothing to count.</summary>
internal sealed class CountStage(string name) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        var count = documents.LongCount();
        if (count > 0)
        {
            yield return new BsonDocument(name, Numbers.Shrink(count, longAtLeast: false));
        }
    }
}

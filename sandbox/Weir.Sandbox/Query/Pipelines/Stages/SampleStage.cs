using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$sample.</summary>
internal sealed class SampleStage(long size) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        var all = documents.ToArray();
        Random.Shared.Shuffle(all);
        foreach (var document in all.Take((int)Math.Min(size, int.MaxValue)))
        {
            yield return document;
        }
    }
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$skip.</summary>
internal sealed class SkipStage(long skip) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        var left = skip;
        foreach (var document in documents)
        {
            if (left-- <= 0)
            {
                yield return document;
            }
        }
    }
}

using System.Runtime.InteropServices;
using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Stages;

/// <summary>$sample.</summary>
internal sealed class SampleStage(long size) : Stage
{
    public override IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> documents)
    {
        foreach (var document in Draw(documents))
        {
            yield return document;
        }
    }

    private List<BsonDocument> Draw(IEnumerable<BsonDocument> documents)
    {
        // Only as many as are asked for are held, each as likely as any other.
        var sample = new List<BsonDocument>();
        var seen = 0L;
        foreach (var document in documents)
        {
            seen++;
            if (sample.Count < size)
            {
                sample.Add(document);
            }
            else if (Random.Shared.NextInt64(seen) is var place && place < size)
            {
                sample[(int)place] = document;
            }
        }
        Random.Shared.Shuffle(CollectionsMarshal.AsSpan(sample));
        return sample;
    }
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>serverStatus.opcounters. Thread-safe.</summary>
internal sealed class OpCounters
{
    private readonly long[] counts = new long[Enum.GetValues<OpCounter>().Length];

    public void Add(OpCounter counter, long count = 1) => Interlocked.Add(ref counts[(int)counter], count);

    public BsonDocument ToDocument()
    {
        var document = new BsonDocument();
        foreach (var counter in Enum.GetValues<OpCounter>())
        {
            document[counter.ToString().ToLowerInvariant()] = Interlocked.Read(ref counts[(int)counter]);
        }

        return document;
    }
}

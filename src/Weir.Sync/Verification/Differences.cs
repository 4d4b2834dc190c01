using Weir.Protocol.Bson;

namespace Weir.Sync.Verification;

/// <summary>Counts differences, and keeps the first of them by name. Thread-safe.</summary>
internal sealed class Differences(int named)
{
    private readonly Lock _gate = new();
    private readonly List<Difference> _named = [];
    private readonly long[] _counts = new long[3];

    public void Add(DifferenceKind kind, string key)
    {
        lock (_gate)
        {
            _counts[(int)kind]++;
            if (_named.Count < named)
            {
                _named.Add(new Difference(kind, key));
            }
        }
    }

    public void AddUnnamed(DifferenceKind kind, long count)
    {
        lock (_gate)
        {
            _counts[(int)kind] += count;
        }
    }

    public static Differences Parse(BsonDocument state, int named)
    {
        var differences = new Differences(named);
        foreach (var (i, count) in state["counts"].AsArray.Index())
        {
            differences._counts[i] = count.ToInt64();
        }
        differences._named.AddRange(
            state["named"]
                .AsArray.Take(named)
                .Select(d => new Difference(
                    (DifferenceKind)d.AsDocument["kind"].ToInt32(),
                    d.AsDocument["key"].AsString
                ))
        );
        return differences;
    }

    public BsonDocument ToBson()
    {
        lock (_gate)
        {
            return new BsonDocument
            {
                ["counts"] = new BsonArray(_counts.Select(c => (BsonValue)c)),
                ["named"] = new BsonArray(
                    _named.Select(d =>
                        (BsonValue)new BsonDocument { ["kind"] = (int)d.Kind, ["key"] = d.Key }
                    )
                ),
            };
        }
    }

    public VerifyResult ToResult(long source, long destination)
    {
        lock (_gate)
        {
            return new VerifyResult(
                source,
                destination,
                _counts[(int)DifferenceKind.Missing],
                _counts[(int)DifferenceKind.Extra],
                _counts[(int)DifferenceKind.Differs],
                [.. _named]
            );
        }
    }
}

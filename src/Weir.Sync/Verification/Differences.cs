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

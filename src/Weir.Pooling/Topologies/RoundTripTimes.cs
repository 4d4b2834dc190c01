namespace Weir.Pooling.Topologies;

/// <summary>
/// A server's round trip times: their exponentially weighted average, and the shortest of the last ten.
/// Thread-safe.
/// </summary>
internal sealed class RoundTripTimes
{
    private const double Weight = 0.2;
    private const int Kept = 10;

    private readonly Lock _lock = new();
    private readonly Queue<TimeSpan> _recent = new(Kept);
    private TimeSpan? _average;

    /// <summary>The average; <see langword="null"/> without a sample.</summary>
    public TimeSpan? Average
    {
        get
        {
            lock (_lock)
            {
                return _average;
            }
        }
    }

    /// <summary>The shortest of the last ten samples; zero until there are two.</summary>
    public TimeSpan Min
    {
        get
        {
            lock (_lock)
            {
                return _recent.Count < 2 ? TimeSpan.Zero : _recent.Min();
            }
        }
    }

    public void Add(TimeSpan sample)
    {
        lock (_lock)
        {
            _average = Next(_average, sample);
            if (_recent.Count == Kept)
            {
                _recent.Dequeue();
            }
            _recent.Enqueue(sample);
        }
    }

    public void Reset()
    {
        lock (_lock)
        {
            _average = null;
            _recent.Clear();
        }
    }

    /// <summary>The average after one more sample.</summary>
    internal static TimeSpan Next(TimeSpan? average, TimeSpan sample) =>
        average is { } old ? (Weight * sample) + ((1 - Weight) * old) : sample;
}

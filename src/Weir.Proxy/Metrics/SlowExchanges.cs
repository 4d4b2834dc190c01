namespace Weir.Proxy.Metrics;

/// <summary>
/// The last exchanges that took long. Bounded in number and in rate, so that keeping them costs next to nothing when
/// everything is slow; thread-safe.
/// </summary>
public sealed class SlowExchanges(TimeProvider time)
{
    private const int Kept = 200;
    private const int PerSecond = 50;

    private readonly Lock _lock = new();
    private readonly Queue<SlowExchange> _exchanges = new();
    private long _second;
    private int _thisSecond;

    /// <summary>From this duration on an exchange is slow; <see cref="Timeout.InfiniteTimeSpan"/>: none is.</summary>
    public TimeSpan Threshold
    {
        get => new(Volatile.Read(ref _threshold));
        set => Volatile.Write(ref _threshold, value.Ticks);
    }

    private long _threshold = TimeSpan.FromMilliseconds(200).Ticks;

    /// <summary>Those that are kept, the latest first.</summary>
    public IReadOnlyList<SlowExchange> Latest()
    {
        lock (_lock)
            return [.. _exchanges.Reverse()];
    }

    internal bool IsSlow(TimeSpan duration)
    {
        long threshold = Volatile.Read(ref _threshold);
        return threshold >= 0 && duration.Ticks >= threshold;
    }

    /// <summary>Whether one more may be kept in this second; it is then counted.</summary>
    internal bool TryEnter()
    {
        long second = time.GetTimestamp() / time.TimestampFrequency;
        lock (_lock)
        {
            if (second != _second)
            {
                _second = second;
                _thisSecond = 0;
            }
            return ++_thisSecond <= PerSecond;
        }
    }

    internal void Add(SlowExchange exchange)
    {
        lock (_lock)
        {
            _exchanges.Enqueue(exchange);
            if (_exchanges.Count > Kept)
                _exchanges.Dequeue();
        }
    }
}

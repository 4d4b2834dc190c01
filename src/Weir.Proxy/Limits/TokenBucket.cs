namespace Weir.Proxy.Limits;

/// <summary>Lets so many through in a second, and as many at once when none has come for one. Thread-safe.</summary>
internal sealed class TokenBucket(int perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = perSecond;
    private long _at = time.GetTimestamp();

    public bool IsFull
    {
        get
        {
            lock (_lock)
                return Fill_NeedsLock() >= perSecond;
        }
    }

    public bool TryTake()
    {
        lock (_lock)
        {
            if (Fill_NeedsLock() < 1)
                return false;
            _tokens--;
            return true;
        }
    }

    private double Fill_NeedsLock()
    {
        long now = time.GetTimestamp();
        _tokens = Math.Min(perSecond, _tokens + time.GetElapsedTime(_at, now).TotalSeconds * perSecond);
        _at = now;
        return _tokens;
    }
}

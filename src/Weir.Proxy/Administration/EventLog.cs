namespace Weir.Proxy.Administration;

/// <summary>
/// The last things that happened, and news of those to come: pools, servers, and what somebody did to Weir. Check-outs
/// are not among them. Bounded; thread-safe.
/// </summary>
public sealed class EventLog(TimeProvider time)
{
    private const int Kept = 1000;

    private readonly Lock _lock = new();
    private readonly Queue<AdminEvent> _events = new();
    private long _lastId;

    /// <summary>Hears of every event, on the thread that made it happen. Be quick.</summary>
    public event Action<AdminEvent>? Added;

    /// <summary>The events that are kept, the latest first.</summary>
    public IReadOnlyList<AdminEvent> Latest()
    {
        lock (_lock)
            return [.. _events.Reverse()];
    }

    /// <summary>Notes one.</summary>
    public void Add(string kind, string? upstream, string? server, string text)
    {
        AdminEvent added;
        lock (_lock)
        {
            added = new AdminEvent(++_lastId, time.GetUtcNow(), kind, upstream, server, text);
            _events.Enqueue(added);
            if (_events.Count > Kept)
                _events.Dequeue();
        }
        Added?.Invoke(added);
    }
}

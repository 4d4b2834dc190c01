namespace Weir.Pooling.Topologies;

/// <summary>
/// Hands topology events to their listener in order, one at a time, and never under a lock: they are queued
/// inside the lock that decides, and delivered outside of it. Thread-safe.
/// </summary>
internal sealed class TopologyEventQueue(Action<TopologyEvent>? listener)
{
    private readonly Queue<TopologyEvent> _pending = new();
    private bool _delivering;
    private bool _closed;

    /// <summary>Whether anybody listens; events need not be made when nobody does.</summary>
    public bool IsOn => listener is not null;

    public void Add(TopologyEvent item)
    {
        if (listener is not null)
        {
            lock (_pending)
            {
                if (!_closed)
                {
                    _pending.Enqueue(item);
                }
            }
        }
    }

    /// <summary>Adds the last event: what comes after it is dropped.</summary>
    public void Close(TopologyEvent last)
    {
        Add(last);
        lock (_pending)
        {
            _closed = true;
        }
    }

    /// <summary>
    /// Delivers what is queued. When another thread is at it, that thread delivers what was added meanwhile.
    /// </summary>
    public void Deliver()
    {
        if (listener is null)
        {
            return;
        }
        while (true)
        {
            TopologyEvent next;
            lock (_pending)
            {
                if (_delivering || _pending.Count == 0)
                {
                    return;
                }
                _delivering = true;
                next = _pending.Dequeue();
            }
            try
            {
                listener(next);
            }
#pragma warning disable CA1031 // A listener's failure is the listener's: monitoring must go on.
            catch (Exception)
#pragma warning restore CA1031
            { }
            finally
            {
                lock (_pending)
                {
                    _delivering = false;
                }
            }
        }
    }
}

namespace Weir.Pooling.Topologies;

/// <summary>
/// A request that a sleeping loop should go on: kept until the loop looks, but not taken while the loop is at
/// work anyway. Thread-safe.
/// </summary>
internal sealed class WakeUp
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _signal = New();
    private bool _held;
    private bool _missed;

    /// <summary>Completes when it is requested, or was since the work ended.</summary>
    public Task Task
    {
        get
        {
            lock (_gate)
            {
                return _signal.Task;
            }
        }
    }

    /// <summary>Requests.</summary>
    public void Set()
    {
        lock (_gate)
        {
            if (!_held)
            {
                _signal.TrySetResult();
            }
            else
            {
                _missed = true;
            }
        }
    }

    /// <summary>The work begins: it answers what was requested, and what is requested from now on.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _held = true;
            _missed = false;
            if (_signal.Task.IsCompleted)
            {
                _signal = New();
            }
        }
    }

    /// <summary>The work is over; when it was given up, it has answered nothing that was requested meanwhile.</summary>
    public void Release(bool wasDone = true)
    {
        lock (_gate)
        {
            _held = false;
            if (_missed && !wasDone)
            {
                _signal.TrySetResult();
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

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
        }
    }

    /// <summary>The work begins: it answers what was requested, and what is requested from now on.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _held = true;
            if (_signal.Task.IsCompleted)
            {
                _signal = New();
            }
        }
    }

    /// <summary>The work is over.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _held = false;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

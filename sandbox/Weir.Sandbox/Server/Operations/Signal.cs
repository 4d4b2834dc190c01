namespace Weir.Sandbox.Server;

/// <summary>
/// Tells everybody who waits that something happened; costs nothing while nobody does. Take <see cref="Next"/> before
/// looking at the state that may change, then wait for it. Thread-safe; continuations never run inside
/// <see cref="Pulse"/>.
/// </summary>
internal sealed class Signal
{
    private TaskCompletionSource? next;

    /// <summary>Completes with the next pulse.</summary>
    public Task Next
    {
        get
        {
            if (Volatile.Read(ref next) is { } waiting)
            {
                return waiting.Task;
            }

            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref next, mine, null) ?? mine).Task;
        }
    }

    public void Pulse() => Interlocked.Exchange(ref next, null)?.SetResult();
}

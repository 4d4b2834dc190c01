namespace Weir.Proxy.Routing;

/// <summary>
/// Holds requests back while an upstream is paused. Thread-safe; passing an open gate costs one read.
/// </summary>
internal sealed class Gate(TimeProvider time)
{
    private volatile TaskCompletionSource? _opening;
    private volatile bool _ended;
    private int _waiting;

    public bool IsOpen => _opening is null;

    public bool HasEnded => _ended;

    /// <summary>Who waits before it.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void Close() =>
        Interlocked.CompareExchange(
            ref _opening,
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            null
        );

    public void Open() => Interlocked.Exchange(ref _opening, null)?.TrySetResult();

    /// <summary>Sends away whoever waits, and whoever comes while it is closed: nobody will open it.</summary>
    public void End()
    {
        _ended = true;
        _opening?.TrySetResult();
    }

    /// <summary>Waits until it is open; <see langword="false"/>: not in time, cancelled, or it has ended.</summary>
    public async Task<bool> PassAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            // It may be closed again by the time that this one goes on.
            while (_opening is { } opening && !_ended)
                await opening.Task.WaitAsync(timeout, time, cancellationToken);
            return !_ended;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}

namespace Weir.Pooling.Destinations;

/// <summary>
/// One attempt to open a destination or to find out whether it still works, and how many wait for it: it is given up
/// when nobody does any more. The count is guarded by the destination's lock.
/// </summary>
#pragma warning disable CA1001 // The source has no timer and no link: there is nothing to dispose of.
internal sealed class DestinationAttempt
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _wanted = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Waiting { get; set; }

    /// <summary>What it opens, from when it connects. Guarded by the destination's lock.</summary>
    public DestinationPools? Pools { get; set; }

    public CancellationToken Wanted => _wanted.Token;

    /// <summary>Completes, or fails with what the attempt failed with.</summary>
    public Task Ended => _ended.Task;

    public void GiveUp() => _wanted.Cancel();

    public void End(Exception? failure)
    {
        if (failure is null)
        {
            _ended.SetResult();
            return;
        }
        _ended.SetException(failure);
        // Seen: whoever waited may have gone.
        _ = _ended.Task.Exception;
    }
}

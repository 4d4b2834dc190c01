using System.Globalization;

namespace Weir.Pooling.Destinations;

/// <summary>Lets so many operations run on a destination at a time, and the rest in the order in which they came.</summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for has nothing to dispose of.
internal sealed class OperationGate
#pragma warning restore CA1001
{
    private const int MaxWaiting = 10_000;

    private readonly string _destination;
    private readonly int _most;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly SemaphoreSlim _turns;
    private int _waiting;

    public OperationGate(string destination, int most, Deployment deployment, TimeProvider time)
    {
        _destination = destination;
        _most = most;
        _time = time;
        _patience = deployment.ConnectionString.WaitQueueTimeout ?? Timeout.InfiniteTimeSpan;
        _turns = new SemaphoreSlim(most, most);
    }

    public int Waiting => Volatile.Read(ref _waiting);

    /// <exception cref="DestinationException">No turn came in time, or too many wait already.</exception>
    public ValueTask EnterAsync(CancellationToken cancellationToken) =>
        _turns.Wait(0, CancellationToken.None) ? ValueTask.CompletedTask : new(WaitAsync(cancellationToken));

    public void Leave() => _turns.Release();

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw Busy($"{MaxWaiting} operations wait already");
        }
        using var timer = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await _turns.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Busy(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"no turn came within waitQueueTimeoutMS ({_patience.TotalMilliseconds:0} ms)"
                )
            );
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private DestinationException Busy(string what) =>
        new(_destination, DestinationFailure.Busy, $"{what} (MaxConcurrentOperations is {_most})");
}

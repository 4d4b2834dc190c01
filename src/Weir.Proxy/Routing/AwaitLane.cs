using System.Diagnostics.CodeAnalysis;

namespace Weir.Proxy.Routing;

/// <summary>
/// Keeps getMores that wait for data (tailable cursors, change streams) from taking every connection of a server:
/// so many at a time, the others queue. Thread-safe, first come first served.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Without a wait handle there is nothing to dispose of.")]
internal sealed class AwaitLane(int width, TimeProvider time)
{
    private readonly SemaphoreSlim _free = new(width, width);

    /// <summary>Waits for a place; <see langword="false"/>: not in time, or cancelled.</summary>
    public async Task<bool> EnterAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_free.Wait(0, CancellationToken.None))
            return true;
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _free.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Leave() => _free.Release();

    /// <summary>How many are in it, and how many may be.</summary>
    public int Taken => width - _free.CurrentCount;

    public int Width => width;
}

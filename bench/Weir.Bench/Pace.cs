using System.Diagnostics;

namespace Weir.Bench;

/// <summary>
/// When a client of a fixed rate begins its operations. One that is still busy when the next is due begins it late, and
/// its latency counts from when it was due: a slow server does not slow the questions down. That the timer itself is
/// late is not the server's fault and not counted.
/// </summary>
internal sealed class Pace(TimeSpan interval)
{
    private readonly long _interval = (long)(interval.TotalSeconds * Stopwatch.Frequency);

    // Clients begin at any time within the first interval, not all at once.
    private long _due =
        Stopwatch.GetTimestamp()
        + (long)(interval.TotalSeconds * Stopwatch.Frequency * Random.Shared.NextDouble());

    /// <summary>Waits until the next operation is due; the time that its latency counts from.</summary>
    public async ValueTask<long> NextAsync()
    {
        var due = _due;
        _due += _interval;
        var now = Stopwatch.GetTimestamp();
        if (now >= due)
        {
            return due;
        }

        await Task.Delay(Stopwatch.GetElapsedTime(now, due));
        return Math.Max(due, Stopwatch.GetTimestamp());
    }
}

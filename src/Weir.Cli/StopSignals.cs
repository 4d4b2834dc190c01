using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Weir.Cli;

/// <summary>
/// SIGINT and SIGTERM ask the program to stop in order. A second signal is left to the system, which ends the
/// process at once.
/// </summary>
/// <remarks>What comes together with the first is no second one: timeout(1) sends its signal twice, to the process and
/// to its group.</remarks>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _seen;
    private long _first;

    public StopSignals() =>
        _registrations = [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The same as a first signal.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref _seen, 1) == 0)
        {
            _stop.Cancel();
        }
    }

    /// <summary>Completes at the first signal.</summary>
    public async Task FirstAsync()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = Token.Register(first.SetResult);
        await first.Task;
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext signal)
    {
        var first = Interlocked.CompareExchange(ref _first, Stopwatch.GetTimestamp(), 0);
        if (first == 0)
        {
            signal.Cancel = true;
            Stop();
        }
        else if (Stopwatch.GetElapsedTime(first) < Together)
        {
            signal.Cancel = true;
        }
    }
}

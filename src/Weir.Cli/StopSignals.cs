using System.Runtime.InteropServices;

namespace Weir.Cli;

/// <summary>
/// SIGINT and SIGTERM ask the program to stop in order. A second signal is left to the system, which ends the
/// process at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _seen;

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
        if (Interlocked.Exchange(ref _seen, 1) == 0)
        {
            signal.Cancel = true;
            _stop.Cancel();
        }
    }
}

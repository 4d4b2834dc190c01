using Weir.Pooling.Connections;

namespace Weir.Pooling.Topologies;

/// <summary>
/// Measures a server's round trip times on a connection of its own while its answers are streamed, because a
/// streamed answer tells nothing of them. Failures are left to the server's monitor.
/// </summary>
/// <remarks>Started by the monitor, on its loop, and ended by its token.</remarks>
internal sealed class RoundTripMonitor(
    MonitorConnector connector,
    MonitorSettings settings,
    TimeProvider time,
    RoundTripTimes samples,
    CancellationToken stop
)
{
    private Task? _running;

    public void Start() => _running ??= RunAsync();

    public Task StoppedAsync() => _running ?? Task.CompletedTask;

    private async Task RunAsync()
    {
        MonitorConnection? connection = null;
        while (!stop.IsCancellationRequested)
        {
            // The monitor's own handshake was a sample just now.
            await Task.Delay(settings.HeartbeatFrequency, time, stop)
                .ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
                );
            if (stop.IsCancellationRequested)
            {
                break;
            }
            try
            {
                if (connection is null)
                {
                    connection = await connector.OpenAsync(stop);
                    samples.Add(connection.HandshakeDuration);
                }
                else
                {
                    var asked = time.GetTimestamp();
                    using (stop.UnsafeRegister(static c => ((MonitorConnection)c!).Abort(), connection))
                    {
                        await connection.HelloAsync(settings.ConnectTimeout);
                    }
                    samples.Add(time.GetElapsedTime(asked));
                }
            }
            catch (Exception e)
                when (e is ConnectionException or CommandException or OperationCanceledException)
            {
                if (connection is not null)
                {
                    await connection.DisposeAsync();
                    connection = null;
                }
            }
        }
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}

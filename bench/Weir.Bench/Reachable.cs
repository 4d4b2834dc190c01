using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Weir.Bench;

/// <summary>Waits until something listens.</summary>
internal static class Reachable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="InvalidOperationException">The process ended, or 10 s went by.</exception>
    public static async Task WaitAsync(IPEndPoint address, Process process)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Patience && !process.HasExited)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }

        throw new InvalidOperationException($"nothing listens on {address}");
    }
}

using System.Net;
using System.Net.Sockets;

namespace Weir.Doctor.Tests.Patients;

/// <summary>
/// Stands between clients and a server as a network does that loses a host: when a client is gone, its server
/// connections stay open, until the server sends something on one and finds nobody.
/// </summary>
internal sealed class ForgetfulRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstFound = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly IPEndPoint _server;
    private readonly Task _accepting;

    public ForgetfulRelay(IPEndPoint server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Completes when the server has found out about the first connection whose client is gone.</summary>
    public Task FirstFound => _firstFound.Task;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            try
            {
                await upstream.ConnectAsync(_server, _stop.Token);
                var gone = CopyAsync(client, upstream);
                await CopyBackAsync(upstream, client, gone);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                // The test is over, or the server closed it.
            }
        }
    }

    // Ends when the client is gone.
    private async Task CopyAsync(Socket client, Socket upstream)
    {
        var buffer = new byte[16_384];
        try
        {
            while (await client.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                await upstream.SendAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // Gone by kill -9.
        }
    }

    private async Task CopyBackAsync(Socket upstream, Socket client, Task gone)
    {
        var buffer = new byte[16_384];
        while (await upstream.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
        {
            if (gone.IsCompleted)
            {
                _firstFound.TrySetResult();
                return;
            }

            await client.SendAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }
}

using System.Net;
using System.Net.Sockets;
using Weir.Transport.Listening;

namespace Weir.Transport.Sockets;

/// <summary>Accepts on a listening <see cref="Socket"/>.</summary>
internal sealed class SocketListener : ServingListener
{
    private readonly SocketNetwork _network;
    private readonly Socket _socket;
    private readonly string? _path;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task? _accepting;
    private Task? _stopped;

    private SocketListener(
        SocketNetwork network,
        Socket socket,
        string? path,
        ListenerOptions options,
        Func<Channel, Task> serve
    )
        : base(options, serve)
    {
        _network = network;
        _socket = socket;
        _path = path;
        LocalEndPoint = socket.LocalEndPoint!;
    }

    public override EndPoint LocalEndPoint { get; }

    public static SocketListener Open(
        SocketNetwork network,
        EndPoint endPoint,
        ListenerOptions options,
        Func<Channel, Task> serve
    )
    {
        var address = Addresses.ResolveForListening(endPoint);
        var unix = address as UnixDomainSocketEndPoint;
        if (unix is not null)
        {
            UnixSocketFile.MakeRoom(unix);
        }

        var socket = SocketNetwork.Create(address);
        try
        {
            // .NET's bind sets SO_REUSEADDR itself; its ReuseAddress option would share the port.
            if (address is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(address);
            if (unix is not null && !OperatingSystem.IsWindows())
            {
                // Before it listens, so nobody slips in while the mode is still the umask's.
                File.SetUnixFileMode(unix.ToString(), options.UnixMode);
            }

            socket.Listen(options.Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new ListenException(endPoint, e.SocketErrorCode, e.Message);
        }

        var listener = new SocketListener(network, socket, unix?.ToString(), options, serve);
        listener._accepting = Task.Run(listener.AcceptAsync);
        return listener;
    }

    public override async ValueTask StopAcceptingAsync()
    {
        Task stopped;
        lock (_gate)
        {
            stopped = _stopped ??= StopAsync();
        }

        await stopped;
    }

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        if (_path is not null)
        {
            UnixSocketFile.Remove(_path);
        }

        _socket.Dispose();
        await _accepting!;
        _stopping.Dispose();
        _network.Forget(this);
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync(_stopping.Token);
                if (TryAdmit())
                {
                    SocketNetwork.Prepare(socket);
                    _ = Task.Run(() => Serve(_network.Adopt(socket)));
                }
                else
                {
                    socket.Dispose();
                }
            }
            catch (SocketException e)
                when (e.SocketErrorCode
                        is SocketError.TooManyOpenSockets
                            or SocketError.NoBufferSpaceAvailable
                )
            {
                CountPause();
                await Task.Delay(AcceptPause.Duration, _network.TimeProvider, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (SocketException)
            {
                // That connection was gone before it could be accepted.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}

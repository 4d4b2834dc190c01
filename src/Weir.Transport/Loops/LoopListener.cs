using System.Net;
using System.Net.Sockets;
using Weir.Transport.Interop;
using Weir.Transport.Listening;

namespace Weir.Transport.Loops;

/// <summary>A listening socket on an event loop; what it accepts goes to the loop with the fewest channels.</summary>
internal sealed class LoopListener : ServingListener
{
    /// <summary>Accepted in one go before the loop's channels have their turn again.</summary>
    private const int Batch = 64;

    private readonly LoopNetwork _network;
    private readonly EventLoop _loop;
    private readonly string? _path;
    private readonly SocketAddress _peer;
    private readonly bool _isAny;

    // The loop's thread only.
    private bool _isStopped;
    private IPAddress? _lastAddress;
    private ITimer? _pause;

    public LoopListener(
        LoopNetwork network,
        EventLoop loop,
        int descriptor,
        EndPoint localEndPoint,
        ListenerOptions options,
        Func<Channel, Task> serve
    )
        : base(options, serve)
    {
        _network = network;
        _loop = loop;
        Descriptor = descriptor;
        _path = (localEndPoint as UnixDomainSocketEndPoint)?.ToString();
        _peer = localEndPoint.Serialize();
        _isAny =
            localEndPoint is IPEndPoint ip
            && (ip.Address.Equals(IPAddress.Any) || ip.Address.Equals(IPAddress.IPv6Any));
        LocalEndPoint = localEndPoint;
        Key = network.Table.Take();
        network.Table.Put(Key, this);
    }

    public override EndPoint LocalEndPoint { get; }

    /// <summary>What the kernel's events call it.</summary>
    public ulong Key { get; }

    /// <summary>The listening socket.</summary>
    public int Descriptor { get; }

    /// <summary>Whether the loop's backend is to tell it of connections; the backend's.</summary>
    public bool IsWatched { get; set; }

    /// <summary>Creates the socket, bound and listening.</summary>
    /// <exception cref="ListenException">The address cannot be had.</exception>
    public static (int Descriptor, EndPoint Local) Bind(EndPoint endPoint, ListenerOptions options)
    {
        var address = Addresses.ResolveForListening(endPoint);
        var unix = address as UnixDomainSocketEndPoint;
        if (unix is not null)
        {
            UnixSocketFile.MakeRoom(unix);
        }

        var descriptor = NativeSocket.Create(address.AddressFamily);
        Check(descriptor, endPoint);
        try
        {
            if (unix is null)
            {
                var any = address is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any);
                NativeSocket.PrepareListening(descriptor, address.AddressFamily, dualMode: any);
                NativeSocket.PrepareTcp(descriptor, KeepAlive.IdleSeconds, KeepAlive.IntervalSeconds);
            }

            Check(NativeSocket.Bind(descriptor, address.Serialize()), endPoint);
            if (unix is not null && !OperatingSystem.IsWindows())
            {
                // Before it listens, so nobody slips in while the mode is still the umask's.
                File.SetUnixFileMode(unix.ToString(), options.UnixMode);
            }

            Check(NativeSocket.Listen(descriptor, options.Backlog), endPoint);
            return (descriptor, NativeSocket.LocalEndPoint(descriptor, address.AddressFamily) ?? address);
        }
        catch
        {
            NativeSocket.Close(descriptor);
            throw;
        }
    }

    /// <summary>Starts to accept, or goes on.</summary>
    public void Start() =>
        _loop.Post(
            static state =>
            {
                var listener = (LoopListener)state!;
                if (!listener._isStopped && !listener._loop.HasEnded)
                {
                    listener._loop.Backend.Watch(listener);
                }
            },
            this
        );

    public override async ValueTask StopAcceptingAsync() =>
        await _loop.InvokeAsync(
            static listener =>
            {
                ((LoopListener)listener!).Stop();
                return new ValueTask<bool>(true);
            },
            this
        );

    /// <summary>Connections have come. What is not accepted now is told again.</summary>
    public void OnReadable()
    {
        for (var i = 0; i < Batch && !_isStopped; i++)
        {
            var accepted = _network.Accept(Descriptor, _peer);
            if (accepted == -Errno.Again)
            {
                return;
            }

            if (accepted < 0)
            {
                if (Errno.IsExhaustion(-accepted))
                {
                    Pause();
                    return;
                }

                // That connection was gone before it could be accepted; the next one may be well.
                continue;
            }

            Admit(accepted);
        }
    }

    private static void Check(int result, EndPoint endPoint)
    {
        if (result < 0)
        {
            throw new ListenException(endPoint, Errno.ToSocketError(-result), Errno.Describe(-result));
        }
    }

    private void Admit(int accepted)
    {
        if (!TryAdmit())
        {
            NativeSocket.Close(accepted);
            return;
        }

        var loop = _network.LeastLoaded();
        var channel = loop.Backend.CreateChannel(
            loop,
            accepted,
            _isAny ? null : LocalEndPoint,
            _path is null ? Peer() : null,
            _path is not null
        );
        loop.Post(
            static admitted =>
            {
                var (listener, channel) = ((LoopListener, LoopChannel))admitted!;
                listener.Serve(channel);
            },
            (this, channel)
        );
    }

    /// <summary>Who was accepted last. Clients of one host that come one after the other share its address.</summary>
    private IPEndPoint Peer()
    {
        var peer = (IPEndPoint)NativeSocket.ToEndPoint(_peer);
        if (peer.Address.Equals(_lastAddress))
        {
            peer.Address = _lastAddress;
        }

        _lastAddress = peer.Address;
        return peer;
    }

    /// <summary>
    /// No descriptor is left for a connection that waits: rests, instead of being told of it again and again.
    /// </summary>
    private void Pause()
    {
        CountPause();
        _loop.Backend.Unwatch(this);
        _pause ??= _network.TimeProvider.CreateTimer(
            static listener => ((LoopListener)listener!).Start(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        _pause.Change(AcceptPause.Duration, Timeout.InfiniteTimeSpan);
    }

    private void Stop()
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        _pause?.Dispose();
        if (_path is not null)
        {
            // Before the close, while the file is certainly still this socket's.
            UnixSocketFile.Remove(_path);
        }

        _network.Forget(this);
        if (!_loop.HasEnded)
        {
            _loop.Backend.Unwatch(this);
        }

        _network.Table.Free(Key);
        NativeSocket.Close(Descriptor);
    }
}

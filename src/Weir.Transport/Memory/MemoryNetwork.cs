using System.Net;
using System.Net.Sockets;
using Weir.Transport.Memory;

namespace Weir.Transport;

/// <summary>
/// A network inside this process, for tests: any end point can be listened on and connected to.
/// </summary>
/// <remarks>
/// Deterministic: no thread of its own. What a send, a connect or a close sets free on the other side runs
/// before that call returns, on the same thread and in order (so never call one under a lock). 64 KiB are on
/// the way at most in each direction. An aborted channel breaks its peer at once; a disposed one ends it after
/// what was sent. Names compare as text; <c>localhost</c> is <c>127.0.0.1</c>; port 0 gets the next free one.
/// </remarks>
public sealed class MemoryNetwork : Network
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MemoryListener> _listeners = [];
    private readonly HashSet<MemoryChannel> _channels = [];
    private int _lastPort;

    /// <summary>Two connected channels, without a listener.</summary>
    public (Channel Left, Channel Right) CreatePair() => Pair();

    /// <inheritdoc/>
    public override ValueTask<Channel> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Channel>(cancellationToken);
        }

        MemoryListener? listener;
        lock (_gate)
        {
            _listeners.TryGetValue(NameOf(endPoint), out listener);
        }

        if (listener is null)
        {
            return ValueTask.FromException<Channel>(
                new ConnectException(endPoint, SocketError.ConnectionRefused, "nobody listens there")
            );
        }

        var (near, far) = Pair();
        listener.Accept(far);
        return new ValueTask<Channel>(near);
    }

    /// <inheritdoc/>
    public override Listener Listen(EndPoint endPoint, ListenerOptions options, Func<Channel, Task> serve)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(serve);
        lock (_gate)
        {
            endPoint = endPoint switch
            {
                IPEndPoint { Port: 0 } ip => new IPEndPoint(ip.Address, ++_lastPort),
                DnsEndPoint { Port: 0 } dns => new DnsEndPoint(dns.Host, ++_lastPort),
                _ => endPoint,
            };
            var listener = new MemoryListener(this, endPoint, options, serve);
            if (!_listeners.TryAdd(NameOf(endPoint), listener))
            {
                throw new ListenException(
                    endPoint,
                    SocketError.AddressAlreadyInUse,
                    "somebody listens there"
                );
            }

            return listener;
        }
    }

    /// <inheritdoc/>
    public override Task RunAsync(Func<Task> work) => Task.Run(work);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        MemoryListener[] listeners;
        MemoryChannel[] channels;
        lock (_gate)
        {
            listeners = [.. _listeners.Values];
            channels = [.. _channels];
        }

        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }

        foreach (var channel in channels)
        {
            channel.Abort();
        }
    }

    internal void Forget(MemoryChannel channel)
    {
        lock (_gate)
        {
            _channels.Remove(channel);
        }
    }

    internal void Forget(MemoryListener listener)
    {
        var name = NameOf(listener.LocalEndPoint);
        lock (_gate)
        {
            if (_listeners.TryGetValue(name, out var present) && ReferenceEquals(present, listener))
            {
                _listeners.Remove(name);
            }
        }
    }

    private static string NameOf(EndPoint endPoint) =>
        endPoint switch
        {
            DnsEndPoint { Host: "localhost" } dns => $"127.0.0.1:{dns.Port}",
            DnsEndPoint dns => IPAddress.TryParse(dns.Host, out var address)
                ? new IPEndPoint(address, dns.Port).ToString()
                : $"{dns.Host}:{dns.Port}",
            _ => endPoint.ToString() ?? "",
        };

    private (MemoryChannel Left, MemoryChannel Right) Pair()
    {
        var (one, other) = (new MemoryPipe(), new MemoryPipe());
        var pair = (new MemoryChannel(one, other, this), new MemoryChannel(other, one, this));
        lock (_gate)
        {
            _channels.Add(pair.Item1);
            _channels.Add(pair.Item2);
        }

        return pair;
    }
}

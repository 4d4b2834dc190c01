using System.Net;
using System.Net.Sockets;
using Weir.Transport.Listening;
using Weir.Transport.Sockets;

namespace Weir.Transport;

/// <summary>.NET's own sockets: the network of every system, and the reference in tests.</summary>
/// <remarks>It has no loops: continuations run on the thread pool.</remarks>
public sealed class SocketNetwork(TimeProvider? timeProvider = null) : Network
{
    private readonly Lock _gate = new();
    private readonly HashSet<IAsyncDisposable> _open = [];
    private bool _disposed;

    internal TimeProvider TimeProvider { get; } = timeProvider ?? TimeProvider.System;

    /// <inheritdoc/>
    public override async ValueTask<Channel> ConnectAsync(
        EndPoint endPoint,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return await AddressRace.RunAsync(
            await Addresses.ResolveAsync(endPoint, cancellationToken),
            async (candidate, token) =>
            {
                var socket = Create(candidate);
                try
                {
                    await socket.ConnectAsync(candidate, token);
                    return Adopt(socket);
                }
                catch (SocketException e)
                {
                    socket.Dispose();
                    throw new ConnectException(endPoint, e.SocketErrorCode, e.Message);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
            TimeProvider,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public override Listener Listen(EndPoint endPoint, ListenerOptions options, Func<Channel, Task> serve)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(serve);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var listener = SocketListener.Open(this, endPoint, options, serve);
        Remember(listener);
        return listener;
    }

    /// <inheritdoc/>
    public override Task RunAsync(Func<Task> work) => Task.Run(work);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        IAsyncDisposable[] open;
        lock (_gate)
        {
            _disposed = true;
            open = [.. _open];
        }

        foreach (var one in open)
        {
            (one as Channel)?.Abort();
            await one.DisposeAsync();
        }
    }

    internal static Socket Create(EndPoint endPoint)
    {
        if (endPoint is UnixDomainSocketEndPoint)
        {
            return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        }

        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        Prepare(socket);
        return socket;
    }

    internal static void Prepare(Socket socket)
    {
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(
                SocketOptionLevel.Tcp,
                SocketOptionName.TcpKeepAliveTime,
                KeepAlive.IdleSeconds
            );
            socket.SetSocketOption(
                SocketOptionLevel.Tcp,
                SocketOptionName.TcpKeepAliveInterval,
                KeepAlive.IntervalSeconds
            );
        }
    }

    internal SocketChannel Adopt(Socket socket)
    {
        var channel = new SocketChannel(socket, this);
        Remember(channel);
        return channel;
    }

    internal void Forget(IAsyncDisposable one)
    {
        lock (_gate)
        {
            _open.Remove(one);
        }
    }

    private void Remember(IAsyncDisposable one)
    {
        lock (_gate)
        {
            _open.Add(one);
        }
    }
}

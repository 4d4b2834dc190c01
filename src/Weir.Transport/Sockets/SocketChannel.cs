using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Weir.Transport.Framing;

namespace Weir.Transport.Sockets;

/// <summary>A channel over a connected <see cref="Socket"/>.</summary>
internal sealed class SocketChannel(Socket socket, SocketNetwork network) : Channel
{
    /// <summary>Two buffers up to this size together are joined for one system call.</summary>
    private const int JoinUpTo = 16 * 1024;

    private int _end;
    private bool _ready;
    private PeerProbe? _probe;

    public override EndPoint? LocalEndPoint { get; } = socket.LocalEndPoint;

    public override EndPoint? RemoteEndPoint { get; } =
        socket.RemoteEndPoint is UnixDomainSocketEndPoint unix && unix.ToString().Length == 0
            ? null
            : socket.RemoteEndPoint;

    public override ChannelEnd End => (ChannelEnd)Volatile.Read(ref _end);

    public override bool IsPeerGone
    {
        get
        {
            try
            {
                return End is ChannelEnd.PeerClosed or ChannelEnd.Broken
                    || (socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> WaitToReceiveAsync()
    {
        if (End != ChannelEnd.None)
        {
            return false;
        }

        try
        {
            // A receive of nothing completes when there is something, or the end.
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
            if (socket.Available == 0 && socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0)
            {
                SetEnd(ChannelEnd.PeerClosed);
                return false;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            SetEnd(ChannelEnd.Broken);
            return false;
        }

        _ready = true;
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        _ready = false;
        if (End != ChannelEnd.None)
        {
            return 0;
        }

        try
        {
            var count = await socket.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
            return Received(count);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            SetEnd(ChannelEnd.Broken);
            return 0;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data)
    {
        if (End != ChannelEnd.None)
        {
            return false;
        }

        try
        {
            while (!data.IsEmpty && End == ChannelEnd.None)
            {
                var count = await socket.SendAsync(data, SocketFlags.None).ConfigureAwait(false);
                data = data[count..];
            }

            // All of it went out, whatever has ended the channel since.
            return data.IsEmpty;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            SetEnd(ChannelEnd.Broken);
            return false;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (first.Length + second.Length > JoinUpTo)
        {
            return await SendAsync(first).ConfigureAwait(false)
                && await SendAsync(second).ConfigureAwait(false);
        }

        var joined = BufferPool.Rent(JoinUpTo);
        try
        {
            first.CopyTo(joined);
            second.CopyTo(joined.AsMemory(first.Length));
            return await SendAsync(joined.AsMemory(0, first.Length + second.Length)).ConfigureAwait(false);
        }
        finally
        {
            BufferPool.Return(joined);
        }
    }

    public override void WatchPeer(Action<object?>? gone, object? state)
    {
        if (gone is not null || _probe is not null)
        {
            (_probe ??= new PeerProbe(socket, this)).Watch(gone, state);
        }
    }

    public override void Abort()
    {
        SetEnd(ChannelEnd.Aborted);
        socket.Close(0);
        network.Forget(this);
    }

    public override ValueTask DisposeAsync()
    {
        if (SetEnd(ChannelEnd.Aborted) || End == ChannelEnd.PeerClosed)
        {
            try
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The peer was quicker.
            }
        }

        socket.Dispose();
        network.Forget(this);
        return ValueTask.CompletedTask;
    }

    internal override int ReceiveNow(Span<byte> buffer)
    {
        if (End != ChannelEnd.None)
        {
            return 0;
        }

        if (!_ready)
        {
            return NothingThere;
        }

        _ready = false;
        try
        {
            return Received(socket.Receive(buffer, SocketFlags.None));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            SetEnd(ChannelEnd.Broken);
            return 0;
        }
    }

    private int Received(int count)
    {
        if (count == 0)
        {
            SetEnd(ChannelEnd.PeerClosed);
        }

        return count;
    }

    private bool SetEnd(ChannelEnd end) =>
        Interlocked.CompareExchange(ref _end, (int)end, (int)ChannelEnd.None) == (int)ChannelEnd.None;
}

using System.Net;
using Weir.Transport.Interop;

namespace Weir.Transport.Loops;

/// <summary>A channel whose loop is told by <c>epoll</c> that the socket is ready.</summary>
/// <remarks>
/// <para>Events are hints. One may come late, to a loop that the channel has left: it then finds its loop not
/// waiting and at most makes the next owner try one receive in vain. None is lost: the new owner registers the
/// descriptor anew, and that reports what is the case.</para>
/// <para>It is registered when it first has to wait, edge-triggered: <c>_isReadable</c> remembers that there
/// may be more. A receive that did not fill its buffer has emptied the socket, which saves asking again.</para>
/// </remarks>
internal sealed class EpollChannel : WaitingChannel
{
    private const uint GoneEvents = EventSet.PeerHangup | EventSet.Hangup | EventSet.Error;

    private volatile bool _isReadable;
    private bool _isRegistered;
    private bool _watchesWritable;

    public EpollChannel(
        EventLoop owner,
        ChannelTable table,
        int descriptor,
        EndPoint? local,
        EndPoint? remote,
        bool isUnix
    )
        : base(owner, table, descriptor, local, remote, isUnix) => table.Put(Key, this);

    /// <summary>The kernel has news, for the loop that it is told to.</summary>
    public void OnEvents(EventLoop loop, uint events)
    {
        if ((events & GoneEvents) != 0)
        {
            SetPeerGone();
        }

        if ((events & (EventSet.In | GoneEvents)) != 0)
        {
            _isReadable = true;
            OnReceivable(loop);
        }

        if ((events & (EventSet.Out | EventSet.Hangup | EventSet.Error)) != 0)
        {
            OnWritable(loop);
        }

        TellOfEnd(loop);
    }

    /// <summary>Unix sockets must not wake the loop at every receive of the peer.</summary>
    public override void SendIsOver()
    {
        if (IsUnix && _isRegistered && _watchesWritable && Owner is { } owner)
        {
            _watchesWritable = false;
            EventsOf(owner).Change(Descriptor, Interest(false), Key);
        }
    }

    protected override int Receive(EventLoop loop, Span<byte> buffer)
    {
        if (!_isReadable)
        {
            return NothingThere;
        }

        var count = NativeSocket.Receive(Descriptor, buffer);
        if (count <= 0)
        {
            return NoBytes(count);
        }

        // Less than asked for: the socket is empty, and the next bytes are a new edge. But the end that was
        // announced already brings none.
        if (count < buffer.Length && !IsPeerGone)
        {
            _isReadable = false;
        }

        return count;
    }

    protected override int Look(EventLoop loop, bool told)
    {
        // A wait that is told of data believes it; only an end is looked at twice, for data before it.
        if (told && !IsPeerGone)
        {
            return 1;
        }

        if (!_isReadable)
        {
            return NothingThere;
        }

        var count = NativeSocket.Peek(Descriptor);
        return count > 0 ? 1 : NoBytes(count);
    }

    protected override int Send(EventLoop loop, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        second.IsEmpty ? NativeSocket.Send(Descriptor, first)
        : first.IsEmpty ? NativeSocket.Send(Descriptor, second)
        : NativeSocket.Send(Descriptor, first, second);

    protected override bool TryListen(EventLoop loop) => _isRegistered || TryRegister(loop);

    protected override bool TryWatchWritable(EventLoop loop)
    {
        if (_isRegistered && _watchesWritable)
        {
            return true;
        }

        _watchesWritable = true;
        if (!_isRegistered)
        {
            return TryRegister(loop);
        }

        EventsOf(loop).Change(Descriptor, Interest(true), Key);
        return true;
    }

    protected override void Leave(EventLoop owner)
    {
        if (_isRegistered)
        {
            _isRegistered = false;
            EventsOf(owner).Drop(Descriptor);
        }
    }

    protected override void LetGo(EventLoop owner) => Free();

    private static EventSet EventsOf(EventLoop loop) => ((EpollBackend)loop.Backend).Events;

    private static uint Interest(bool writable) =>
        EventSet.In | EventSet.PeerHangup | EventSet.EdgeTriggered | (writable ? EventSet.Out : 0);

    private int NoBytes(int result)
    {
        switch (result)
        {
            case 0:
                SetPeerGone();
                SetEnd(ChannelEnd.PeerClosed);
                return 0;
            case -Errno.Again:
                _isReadable = false;
                return NothingThere;
            default:
                SetPeerGone();
                SetEnd(ChannelEnd.Broken);
                return 0;
        }
    }

    private bool TryRegister(EventLoop loop)
    {
        // TCP tells of room only after a send that found none, so it may be watched for always.
        _watchesWritable |= !IsUnix;
        _isRegistered = EventsOf(loop).TryAdd(Descriptor, Interest(_watchesWritable), Key);
        return _isRegistered;
    }
}

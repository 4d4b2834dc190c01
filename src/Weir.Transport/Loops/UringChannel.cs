using System.Net;
using Weir.Transport.Framing;
using Weir.Transport.Interop;

namespace Weir.Transport.Loops;

/// <summary>A channel whose loop is told by <c>io_uring</c> what has come.</summary>
/// <remarks>
/// <para>What the kernel does for it, it does for one loop's ring, its home. A channel that moves has a new owner at
/// once, and a new home as soon as the old one has cancelled its requests and taken what they still brought: until
/// then it can send, and waits to receive. Whoever is the home's thread, and nobody else, touches what was received;
/// so the descriptor is closed there, when nothing of it is left with the kernel.</para>
/// <para>Its sends are put off to the end of the turn and count as done. One that the kernel then does not take whole is
/// kept and finished when there is room; the next send waits for that.</para>
/// </remarks>
internal sealed partial class UringChannel : WaitingChannel
{
    /// <summary>A receive into less is left to the ring.</summary>
    private const int ShortestDirect = 64 * 1024;

    /// <summary>What may lie here while nobody takes it, in bytes; then the rest waits in the socket.</summary>
    private const int LongestKept = 16 * 1024;

    private const int NotEnded = 1;

    private volatile EventLoop? _home;

    // With the kernel, on the home's ring.
    private bool _receives;
    private bool _polls;
    private bool _watchesEnd;

    private KeptBytes _kept;
    private unsafe byte* _fresh;
    private int _freshCount;
    private int _final = NotEnded;

    public UringChannel(
        EventLoop owner,
        ChannelTable table,
        int descriptor,
        EndPoint? local,
        EndPoint? remote,
        bool isUnix
    )
        : base(owner, table, descriptor, local, remote, isUnix)
    {
        _home = owner;
        table.Put(Key, this);
    }

    private bool IsIdle => !_receives && !_polls && !_watchesEnd;

    private bool HasBytes => _kept.Count + _freshCount > 0;

    /// <summary>
    /// A receive has completed: with bytes, which are there during this call; with 0 at the end, or an error number below 0.
    /// </summary>
    public unsafe void OnReceived(EventLoop loop, int result, byte* bytes, bool hasMore)
    {
        _receives = hasMore;
        if (result > 0)
        {
            _fresh = bytes;
            _freshCount = result;
            if (Owner == loop)
            {
                OnReceivable(loop);
            }

            KeepFresh();
        }
        else if (result is not (-Errno.NoBuffers or -Errno.Cancelled))
        {
            SetFinal(result);
            if (Owner == loop)
            {
                OnReceivable(loop);
                TellOfEnd(loop);
            }
        }

        GoOn(loop);
    }

    /// <summary>There is room to send, or the watch for it was cancelled.</summary>
    public void OnRoom(EventLoop loop, int result)
    {
        _polls = false;
        if (Owner == loop)
        {
            if (result > 0)
            {
                OnWritable(loop);
            }

            WatchAgain(loop);
        }

        GoOn(loop);
    }

    /// <summary>
    /// The peer has gone, or the watch for it was cancelled. A receive that goes on for ever takes what came last and
    /// the end, when they come as one, for one event (Linux 6.18), and says nothing of the end: a new one does.
    /// </summary>
    public void OnEnd(EventLoop loop, int result)
    {
        _watchesEnd = false;
        if (result > 0)
        {
            SetPeerGone();
            if (_receives)
            {
                BackendOf(loop).Cancel(this);
            }

            TellOfEnd(loop);
        }

        GoOn(loop);
    }

    protected override unsafe int Receive(EventLoop loop, Span<byte> buffer)
    {
        if (_home != loop)
        {
            return NothingThere;
        }

        var count = _kept.Take(buffer);
        var fresh = Math.Min(_freshCount, buffer.Length - count);
        if (fresh > 0)
        {
            new ReadOnlySpan<byte>(_fresh, fresh).CopyTo(buffer[count..]);
            _fresh += fresh;
            _freshCount -= fresh;
        }

        count += fresh;
        return count > 0 ? count
            : _final == NotEnded ? NothingThere
            : Ended();
    }

    protected override int ReceiveInto(EventLoop loop, Span<byte> buffer)
    {
        var count = Receive(loop, buffer);
        if (
            count != NothingThere
            || buffer.Length < ShortestDirect
            || _home != loop
            || BackendOf(loop).HasMoreFor(this)
        )
        {
            return count;
        }

        // Between two turns the kernel receives nothing, so this is what comes next.
        count = NativeSocket.Receive(Descriptor, buffer);
        if (count > 0)
        {
            return count;
        }

        if (count == -Errno.Again)
        {
            return NothingThere;
        }

        SetFinal(count);
        return Ended();
    }

    protected override int Look(EventLoop loop, bool told) =>
        _home != loop ? NothingThere
        : HasBytes ? 1
        : _final == NotEnded ? NothingThere
        : Ended();

    protected override bool TryListen(EventLoop loop)
    {
        if (_home == loop)
        {
            if (!_receives && _final == NotEnded)
            {
                _receives = true;
                BackendOf(loop).Receive(this);
            }

            WatchEnd(loop);
        }

        // Otherwise it does when it has come home.
        return true;
    }

    protected override bool TryWatchWritable(EventLoop loop)
    {
        if (_home == loop && !_polls)
        {
            _polls = true;
            BackendOf(loop).WatchWritable(this);
        }

        return true;
    }

    protected override void Leave(EventLoop owner) =>
        owner.Post(
            static channel =>
            {
                if (EventLoop.Current is { } loop)
                {
                    ((UringChannel)channel!).GoOn(loop);
                }
            },
            this
        );

    protected override void LetGo(EventLoop owner)
    {
        if (owner != EventLoop.Current)
        {
            // The loop has ended, and with the last of them the network frees what is left.
            return;
        }

        // Or it would go to whoever has this descriptor next.
        Settle(owner);

        // The peer sees the end now, and not only when the kernel has let go: a server counts what it sees.
        NativeSocket.Shutdown(Descriptor);

        // Elsewhere its home finds it without an owner.
        GoOn(owner);
    }

    protected override void DropReceived() => _kept.Clear();

    private static UringBackend BackendOf(EventLoop loop) => (UringBackend)loop.Backend;

    /// <summary>On the home's thread: goes on listening, or home with its owner, or ends.</summary>
    private void GoOn(EventLoop loop)
    {
        if (_home != loop)
        {
            return;
        }

        var owner = Owner;
        if (owner == loop)
        {
            Listen(loop);
        }
        else if (!IsIdle)
        {
            BackendOf(loop).Cancel(this);
        }
        else if (owner is null)
        {
            _home = null;
            BackendOf(loop).Submit();
            Free();
        }
        else
        {
            _home = owner;
            owner.Post(static channel => ((UringChannel)channel!).OnHome(), this);
        }
    }

    /// <summary>Its home has followed it.</summary>
    private void OnHome()
    {
        var loop = EventLoop.Current;
        if (loop is null)
        {
            return;
        }

        if (_home == loop && Owner == loop)
        {
            OnReceivable(loop);
            WatchAgain(loop);

            TellOfEnd(loop);
        }

        GoOn(loop);
    }

    /// <summary>Listens while what is here is little; with more, only for the end.</summary>
    private void Listen(EventLoop loop)
    {
        if (_kept.Count <= LongestKept)
        {
            TryListen(loop);
        }
        else if (_receives)
        {
            BackendOf(loop).Cancel(this);
        }
        else
        {
            WatchEnd(loop);
        }
    }

    /// <summary>What is left of a send still waits for room.</summary>
    private void WatchAgain(EventLoop loop)
    {
        if (IsSending && Owner == loop)
        {
            TryWatchWritable(loop);
        }
    }

    private void WatchEnd(EventLoop loop)
    {
        if (!_watchesEnd && !IsPeerGone)
        {
            _watchesEnd = true;
            BackendOf(loop).WatchEnd(this);
        }
    }

    private unsafe void KeepFresh()
    {
        if (_freshCount > 0 && Owner is not null)
        {
            _kept.Append(new ReadOnlySpan<byte>(_fresh, _freshCount));
        }

        _fresh = null;
        _freshCount = 0;
    }

    private void SetFinal(int result)
    {
        _final = result;
        SetPeerGone();
    }

    private int Ended()
    {
        SetEnd(_final == 0 ? ChannelEnd.PeerClosed : ChannelEnd.Broken);
        return 0;
    }
}

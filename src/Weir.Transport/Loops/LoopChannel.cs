using System.Diagnostics;
using System.Net;
using Weir.Transport.Framing;
using Weir.Transport.Interop;

namespace Weir.Transport.Loops;

/// <summary>
/// A socket's belonging: which loop it is on, how it moves to another, and how it ends.
/// <see cref="EpollChannel"/> and <see cref="UringChannel"/> are what goes through it.
/// </summary>
/// <remarks>
/// Owning is one field, changed by compare-and-swap: a move and a tear-down at the same time cannot both win, so a
/// descriptor is closed only by who owns it, and never while another uses it. The owner's thread alone touches the
/// descriptor, but for the look at the local address; calls from elsewhere are carried to it.
/// <see cref="Abort"/> sets the end and has the owner tear down.
/// </remarks>
internal abstract class LoopChannel : Channel
{
    /// <summary>Receives that a close in order makes to empty the socket, which would be reset otherwise.</summary>
    private const int LastReceives = 16;

    private readonly ChannelTable _table;
    private readonly EndPoint? _remote;
    private EndPoint? _local;
    private EventLoop? _owner;
    private int _end;
    private volatile bool _isPeerGone;
    private bool _isFree;
    private Action<object?>? _gone;
    private object? _goneState;

    protected LoopChannel(
        EventLoop owner,
        ChannelTable table,
        int descriptor,
        EndPoint? local,
        EndPoint? remote,
        bool isUnix
    )
    {
        _table = table;
        Descriptor = descriptor;
        _local = local;
        _remote = remote;
        IsUnix = isUnix;
        _owner = owner;
        owner.CountChannel(1);
        Key = table.Take();
    }

    /// <summary>What the kernel's events call it.</summary>
    public ulong Key { get; }

    public override EndPoint? LocalEndPoint
    {
        get
        {
            lock (_table.Gate)
            {
                // Under the gate it may be ending, but it is not closed yet: see Close.
                return _local ??=
                    IsUnix || Volatile.Read(ref _owner) is null
                        ? null
                        : NativeSocket.LocalEndPoint(Descriptor, _remote!.AddressFamily);
            }
        }
    }

    public override EndPoint? RemoteEndPoint => _remote;

    public override ChannelEnd End => (ChannelEnd)Volatile.Read(ref _end);

    public override bool IsPeerGone => _isPeerGone || End is ChannelEnd.PeerClosed or ChannelEnd.Broken;

    protected internal int Descriptor { get; }

    /// <summary>The loop whose thread may use it; <see langword="null"/> once it is closed.</summary>
    protected EventLoop? Owner => _owner;

    protected bool IsUnix { get; }

    private bool HasWatcher => Volatile.Read(ref _gone) is not null;

    public override void WatchPeer(Action<object?>? gone, object? state)
    {
        var loop = EventLoop.Current;
        if (_owner != loop)
        {
            Volatile
                .Read(ref _owner)
                ?.Post(
                    static call =>
                    {
                        var (channel, gone, state) = ((LoopChannel, Action<object?>?, object?))call!;
                        channel.WatchPeer(gone, state);
                    },
                    (this, gone, state)
                );
            return;
        }

        _goneState = state;
        _gone = End == ChannelEnd.Aborted ? null : gone;
        if (_gone is not null)
        {
            if (!IsPeerGone && !TryListen(loop!))
            {
                SetEnd(ChannelEnd.Broken);
            }

            if (IsPeerGone)
            {
                loop!.Post(static channel => ((LoopChannel)channel!).TellWatcher(), this);
            }
        }
    }

    public override EventLoop? Loop => Volatile.Read(ref _owner);

    public override void MoveToCurrentLoop()
    {
        var here = EventLoop.Current;
        var owner = Volatile.Read(ref _owner);
        if (here is null || owner is null || owner == here || owner.Network != here.Network)
        {
            return;
        }

        if (!CanMove(owner))
        {
            return;
        }

        Debug.Assert(IsAtRest, "A channel moves only while nothing is pending.");
        if (Interlocked.CompareExchange(ref _owner, here, owner) != owner)
        {
            // It was torn down this very moment.
            return;
        }

        owner.CountChannel(-1);
        here.CountChannel(1);
        Leave(owner);
    }

    public override void Abort()
    {
        SetEnd(ChannelEnd.Aborted);
        var owner = Volatile.Read(ref _owner);
        if (owner is null)
        {
            return;
        }

        if (owner == EventLoop.Current || owner.HasEnded)
        {
            Close(owner, reset: true);
        }
        else
        {
            // Should it move meanwhile, the loop it has left passes this on.
            owner.Post(static channel => ((LoopChannel)channel!).Abort(), this);
        }
    }

    public override ValueTask DisposeAsync()
    {
        var loop = EventLoop.Current;
        var owner = Volatile.Read(ref _owner);
        if (owner is null)
        {
            return ValueTask.CompletedTask;
        }

        if (owner != loop)
        {
            return new ValueTask(
                Elsewhere(
                    static async (channel, _, _) =>
                    {
                        await channel.DisposeAsync();
                        return true;
                    }
                )
            );
        }

        if (SetEnd(ChannelEnd.Aborted) || End == ChannelEnd.PeerClosed)
        {
            Flush(loop!);

            // What has come unread would turn the close into a reset, and that overtakes what was sent.
            NativeSocket.ShutdownSend(Descriptor);
            for (var i = 0; i < LastReceives && NativeSocket.Receive(Descriptor, Scratch.Span) > 0; i++) { }

            Close(loop!, reset: false);
        }
        else
        {
            Close(loop!, reset: true);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Sets why it ended; the first cause wins.</summary>
    public bool SetEnd(ChannelEnd end) =>
        Interlocked.CompareExchange(ref _end, (int)end, (int)ChannelEnd.None) == (int)ChannelEnd.None;

    /// <summary>
    /// Closes it for the loop that owns it, whose thread this is (or has ended). What was pending completes as
    /// ended, but never inside this call.
    /// </summary>
    public void Close(EventLoop owner, bool reset)
    {
        if (Interlocked.CompareExchange(ref _owner, null, owner) != owner)
        {
            return;
        }

        _gone = null;
        _goneState = null;
        // Not yet closed in their eyes, so before the descriptor goes.
        CancelWaits(owner);
        owner.CountChannel(-1);
        if (reset && !IsUnix)
        {
            NativeSocket.ResetOnClose(Descriptor);
        }

        LetGo(owner);
    }

    /// <summary>Closes the descriptor, which the kernel uses for nothing any more. More than once does nothing.</summary>
    public void Free()
    {
        if (!Interlocked.Exchange(ref _isFree, true))
        {
            DropReceived();

            // Waits for a look at the local address, the only use of the descriptor off its loop.
            _table.Free(Key);
            NativeSocket.Close(Descriptor);
        }
    }

    /// <summary>A send has ended, or was given up.</summary>
    public virtual void SendIsOver() { }

    /// <summary>Waits until a connect has ended; <see langword="false"/>: aborted.</summary>
    public abstract ValueTask<bool> WaitToConnectAsync(EventLoop loop);

    /// <summary>The error number of a connect that has ended.</summary>
    public int TakeConnectError() => NativeSocket.TakeError(Descriptor);

    /// <summary>Ends what is pending, in posts to <paramref name="owner"/>: never inside this call.</summary>
    protected abstract void CancelWaits(EventLoop owner);

    /// <summary>Nothing is pending, as far as its user knows.</summary>
    protected abstract bool IsAtRest { get; }

    protected void SetPeerGone() => _isPeerGone = true;

    /// <summary>Has the kernel tell of what comes; <see langword="false"/>: it cannot.</summary>
    protected abstract bool TryListen(EventLoop loop);

    /// <summary>Whether it may leave <paramref name="owner"/>, whose thread this is not.</summary>
    protected virtual bool CanMove(EventLoop owner) => true;

    /// <summary>It belongs to another loop now, whose thread this is.</summary>
    protected abstract void Leave(EventLoop owner);

    /// <summary>Hands the kernel what was sent.</summary>
    protected virtual void Flush(EventLoop loop) { }

    /// <summary>Gives back the buffers with what was received and not taken.</summary>
    protected virtual void DropReceived() { }

    /// <summary>It belongs to nobody any more: has it <see cref="Free"/>d when the kernel is done with it.</summary>
    protected abstract void LetGo(EventLoop owner);

    /// <summary>Tells the watcher, if there is one and the peer has gone, on the owner's loop.</summary>
    protected void TellOfEnd(EventLoop loop)
    {
        if (IsPeerGone && HasWatcher && Owner == loop)
        {
            TellWatcher();
        }
    }

    private void TellWatcher()
    {
        var gone = _gone;
        var state = _goneState;
        _gone = null;
        _goneState = null;
        if (End != ChannelEnd.Aborted)
        {
            gone?.Invoke(state);
        }
    }

    /// <summary>Does it on the owner's loop, for a caller that is not there.</summary>
    protected Task<T> Elsewhere<T>(
        Func<LoopChannel, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, ValueTask<T>> work,
        ReadOnlyMemory<byte> first = default,
        ReadOnlyMemory<byte> second = default
    )
    {
        var owner = Volatile.Read(ref _owner);
        if (owner is { HasEnded: true })
        {
            Abort();
            owner = null;
        }

        return owner is null
            ? Task.FromResult<T>(default!)
            : owner.InvokeAsync(_ => work(this, first, second), null);
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Weir.Transport.Framing;
using Weir.Transport.Interop;

namespace Weir.Transport.Loops;

/// <summary>
/// A socket on an event loop.
/// </summary>
/// <remarks>
/// <para>Threads: the owner's thread alone touches the descriptor and the waits, but for what is said here.
/// Calls from elsewhere are carried to the owner. <see cref="Abort"/> sets the end and has the owner tear
/// down. Owning is one field, changed by compare-and-swap: a move and a tear-down at the same time cannot both
/// win, so a descriptor is closed only by who owns it, and never while another uses it.</para>
/// <para>Events are hints. One may come late, to a loop that the channel has left: it then finds its loop not
/// waiting (only a loop itself says so, in <c>_armedBy</c>) and at most makes the next owner try one receive in
/// vain. None is lost: the new owner registers the descriptor anew, and that reports what is the case.</para>
/// <para>It is registered when it first has to wait, edge-triggered: <c>_isReadable</c> remembers that there
/// may be more. A receive that did not fill its buffer has emptied the socket, which saves asking again.</para>
/// </remarks>
internal sealed class EpollChannel : Channel, IValueTaskSource<bool>, IValueTaskSource<int>
{
    private const uint GoneEvents = EventSet.PeerHangup | EventSet.Hangup | EventSet.Error;

    /// <summary>Receives that a close in order makes to empty the socket, which would be reset otherwise.</summary>
    private const int LastReceives = 16;

    private readonly ChannelTable _table;
    private readonly int _descriptor;
    private readonly bool _isUnix;
    private readonly EndPoint? _remote;
    private EndPoint? _local;
    private EventLoop? _owner;
    private int _end;

    private bool _isRegistered;
    private bool _watchesWritable;
    private volatile bool _isReadable;
    private volatile bool _isPeerGone;

    private WaitCore _wait;
    private Memory<byte> _target;
    private int _received;
    private int _armedBy;
    private SendWait? _send;
    private Action<object?>? _gone;
    private object? _goneState;

    public EpollChannel(
        EventLoop owner,
        ChannelTable table,
        int descriptor,
        EndPoint? local,
        EndPoint? remote,
        bool isUnix
    )
    {
        _table = table;
        _descriptor = descriptor;
        _local = local;
        _remote = remote;
        _isUnix = isUnix;
        _owner = owner;
        owner.CountChannel(1);
        Key = table.Take();
        table.Put(Key, this);
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
                    _isUnix || Volatile.Read(ref _owner) is null
                        ? null
                        : NativeSocket.LocalEndPoint(_descriptor, _remote!.AddressFamily);
            }
        }
    }

    public override EndPoint? RemoteEndPoint => _remote;

    public override ChannelEnd End => (ChannelEnd)Volatile.Read(ref _end);

    public override bool IsPeerGone => _isPeerGone || End is ChannelEnd.PeerClosed or ChannelEnd.Broken;

    public override ValueTask<bool> WaitToReceiveAsync()
    {
        var loop = EventLoop.Current;
        if (_owner != loop)
        {
            return new ValueTask<bool>(Elsewhere(static (channel, _, _) => channel.WaitToReceiveAsync()));
        }

        if (End != ChannelEnd.None)
        {
            return new ValueTask<bool>(false);
        }

        if (_isReadable)
        {
            var looked = Look();
            if (looked >= 0)
            {
                return new ValueTask<bool>(looked > 0);
            }
        }

        return Arm(loop!, default) ? new ValueTask<bool>(this, _wait.Version) : new ValueTask<bool>(false);
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        var loop = EventLoop.Current;
        if (_owner != loop)
        {
            return new ValueTask<int>(
                Elsewhere(static (channel, buffer, _) => channel.ReceiveAsync(Writable(buffer)), buffer)
            );
        }

        if (End != ChannelEnd.None || buffer.IsEmpty)
        {
            return new ValueTask<int>(0);
        }

        if (_isReadable)
        {
            var count = Receive(buffer.Span);
            if (count >= 0)
            {
                return new ValueTask<int>(count);
            }
        }

        return Arm(loop!, buffer) ? new ValueTask<int>(this, _wait.Version) : new ValueTask<int>(0);
    }

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data)
    {
        var loop = EventLoop.Current;
        if (_owner != loop)
        {
            return new ValueTask<bool>(Elsewhere(static (channel, data, _) => channel.SendAsync(data), data));
        }

        if (End != ChannelEnd.None || data.IsEmpty)
        {
            return new ValueTask<bool>(End == ChannelEnd.None);
        }

        var sent = NativeSocket.Send(_descriptor, data.Span);
        return sent == data.Length ? new ValueTask<bool>(true) : SendRest(loop!, sent, data, default);
    }

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            return SendAsync(first.IsEmpty ? second : first);
        }

        var loop = EventLoop.Current;
        if (_owner != loop)
        {
            return new ValueTask<bool>(
                Elsewhere(static (channel, first, second) => channel.SendAsync(first, second), first, second)
            );
        }

        if (End != ChannelEnd.None)
        {
            return new ValueTask<bool>(false);
        }

        var sent = NativeSocket.Send(_descriptor, first.Span, second.Span);
        return sent == first.Length + second.Length
            ? new ValueTask<bool>(true)
            : SendRest(loop!, sent, first, second);
    }

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
                        var (channel, gone, state) = ((EpollChannel, Action<object?>?, object?))call!;
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
            if (!IsPeerGone && !_isRegistered && !TryRegister(loop!))
            {
                SetEnd(ChannelEnd.Broken);
            }

            if (IsPeerGone)
            {
                loop!.Post(static channel => ((EpollChannel)channel!).TellWatcher(), this);
            }
        }
    }

    public override void MoveToCurrentLoop()
    {
        var here = EventLoop.Current;
        var owner = Volatile.Read(ref _owner);
        if (here is null || owner is null || owner == here || owner.Network != here.Network)
        {
            return;
        }

        Debug.Assert(
            _armedBy == 0 && _send is null or { ArmedBy: 0 },
            "A channel moves only while nothing is pending."
        );
        if (Interlocked.CompareExchange(ref _owner, here, owner) != owner)
        {
            // It was torn down this very moment.
            return;
        }

        owner.CountChannel(-1);
        here.CountChannel(1);
        if (_isRegistered)
        {
            _isRegistered = false;
            owner.Events.Drop(_descriptor);
        }
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
            owner.Post(static channel => ((EpollChannel)channel!).Abort(), this);
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
            // What has come unread would turn the close into a reset, and that overtakes what was sent.
            NativeSocket.ShutdownSend(_descriptor);
            for (var i = 0; i < LastReceives && NativeSocket.Receive(_descriptor, Scratch.Span) > 0; i++) { }

            Close(loop!, reset: false);
        }
        else
        {
            Close(loop!, reset: true);
        }

        return ValueTask.CompletedTask;
    }

    internal override int ReceiveNow(Span<byte> buffer)
    {
        if (_owner != EventLoop.Current)
        {
            return Unable;
        }

        if (End != ChannelEnd.None)
        {
            return 0;
        }

        return _isReadable ? Receive(buffer) : NothingThere;
    }

    /// <summary>The kernel has news, for the loop that it is told to.</summary>
    public void OnEvents(EventLoop loop, uint events)
    {
        if ((events & GoneEvents) != 0)
        {
            _isPeerGone = true;
        }

        if ((events & (EventSet.In | GoneEvents)) != 0)
        {
            _isReadable = true;
            if (_armedBy == loop.Id)
            {
                FinishReceive();
            }
        }

        if (
            (events & (EventSet.Out | EventSet.Hangup | EventSet.Error)) != 0
            && _send is { } send
            && send.ArmedBy == loop.Id
        )
        {
            send.OnWritable(_descriptor);
        }

        if (_isPeerGone && Volatile.Read(ref _gone) is not null && Volatile.Read(ref _owner) == loop)
        {
            TellWatcher();
        }
    }

    /// <summary>Waits until a connect has ended; <see langword="false"/>: aborted.</summary>
    public ValueTask<bool> WaitToConnectAsync(EventLoop loop) => ArmSend(loop, default, default);

    /// <summary>The error number of a connect that has ended.</summary>
    public int TakeConnectError() => NativeSocket.TakeError(_descriptor);

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
        if (_armedBy != 0)
        {
            _armedBy = 0;
            _target = default;
            _received = 0;
            owner.Post(static channel => ((EpollChannel)channel!)._wait.Complete(), this);
        }

        // Not yet closed in the send's eyes, so before the descriptor goes.
        if (_send is { } send && send.TryCancel())
        {
            owner.Post(static wait => ((SendWait)wait!).Complete(), send);
        }

        owner.CountChannel(-1);
        if (reset && !_isUnix)
        {
            NativeSocket.ResetOnClose(_descriptor);
        }

        // Waits for a look at the local address, the only use of the descriptor off its loop.
        _table.Free(Key);
        NativeSocket.Close(_descriptor);
    }

    /// <summary>A send has ended: unix sockets must not wake the loop at every receive of the peer.</summary>
    public void SendIsOver()
    {
        if (_isUnix && _isRegistered && _watchesWritable && _owner is { } owner)
        {
            _watchesWritable = false;
            owner.Events.Change(_descriptor, Interest(false), Key);
        }
    }

    public static void Skip(ref ReadOnlyMemory<byte> first, ref ReadOnlyMemory<byte> second, int count)
    {
        var ofFirst = Math.Min(count, first.Length);
        first = first[ofFirst..];
        second = second[(count - ofFirst)..];
    }

    bool IValueTaskSource<bool>.GetResult(short token) => Result(token) > 0;

    int IValueTaskSource<int>.GetResult(short token) => Result(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => Status(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => Status(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _wait.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _wait.OnCompleted(continuation, state, token, flags);

    private static Memory<byte> Writable(ReadOnlyMemory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(memory);

    private static uint Interest(bool writable) =>
        EventSet.In | EventSet.PeerHangup | EventSet.EdgeTriggered | (writable ? EventSet.Out : 0);

    private int Result(short token) =>
        _wait.IsCompleted(token)
            ? _received
            : throw new InvalidOperationException("The wait has not ended yet.");

    private ValueTaskSourceStatus Status(short token) =>
        _wait.IsCompleted(token) ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    /// <summary>Receives: the bytes' number, 0 at the end, <see cref="Channel.NothingThere"/>.</summary>
    private int Receive(Span<byte> buffer)
    {
        var count = NativeSocket.Receive(_descriptor, buffer);
        if (count > 0)
        {
            // Less than asked for: the socket is empty, and the next bytes are a new edge. But the end that was
            // announced already brings none.
            if (count < buffer.Length && !_isPeerGone)
            {
                _isReadable = false;
            }

            return count;
        }

        return NoBytes(count);
    }

    /// <summary>Whether a receive would bring something (1), the end (0) or nothing yet.</summary>
    private int Look()
    {
        var count = NativeSocket.Peek(_descriptor);
        return count > 0 ? 1 : NoBytes(count);
    }

    private int NoBytes(int result)
    {
        switch (result)
        {
            case 0:
                _isPeerGone = true;
                SetEnd(ChannelEnd.PeerClosed);
                return 0;
            case -Errno.Again:
                _isReadable = false;
                return NothingThere;
            default:
                _isPeerGone = true;
                SetEnd(ChannelEnd.Broken);
                return 0;
        }
    }

    private bool Arm(EventLoop loop, Memory<byte> target)
    {
        if (_armedBy != 0)
        {
            throw new InvalidOperationException("A receive is pending already.");
        }

        _wait.Reset();
        _target = target;
        _armedBy = loop.Id;
        if (_isRegistered || TryRegister(loop))
        {
            return true;
        }

        _armedBy = 0;
        _target = default;
        SetEnd(ChannelEnd.Broken);
        return false;
    }

    private void FinishReceive()
    {
        // A wait that is told of data believes it; only an end is looked at twice, for data before it.
        var received =
            !_target.IsEmpty ? Receive(_target.Span)
            : _isPeerGone ? Look()
            : 1;
        if (received < 0)
        {
            return;
        }

        _received = received;
        _armedBy = 0;
        _target = default;
        _wait.Complete();
    }

    private ValueTask<bool> SendRest(
        EventLoop loop,
        int sent,
        ReadOnlyMemory<byte> first,
        ReadOnlyMemory<byte> second
    )
    {
        if (sent < 0 && sent != -Errno.Again)
        {
            SetEnd(ChannelEnd.Broken);
            return new ValueTask<bool>(false);
        }

        Skip(ref first, ref second, Math.Max(sent, 0));
        return ArmSend(loop, first, second);
    }

    private ValueTask<bool> ArmSend(EventLoop loop, ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        var send = _send ??= new SendWait(this);
        if (send.ArmedBy != 0)
        {
            throw new InvalidOperationException("A send is pending already.");
        }

        var waiting = send.Arm(loop.Id, first, second);
        if (!_isRegistered || !_watchesWritable)
        {
            _watchesWritable = true;
            if (_isRegistered)
            {
                loop.Events.Change(_descriptor, Interest(true), Key);
            }
            else if (!TryRegister(loop))
            {
                SetEnd(ChannelEnd.Broken);
                send.TryCancel();
                return new ValueTask<bool>(false);
            }
        }

        return waiting;
    }

    private bool TryRegister(EventLoop loop)
    {
        // TCP tells of room only after a send that found none, so it may be watched for always.
        _watchesWritable |= !_isUnix;
        _isRegistered = loop.Events.TryAdd(_descriptor, Interest(_watchesWritable), Key);
        return _isRegistered;
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
    private Task<T> Elsewhere<T>(
        Func<EpollChannel, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>, ValueTask<T>> work,
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

using System.Net;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Weir.Transport.Framing;
using Weir.Transport.Interop;

namespace Weir.Transport.Loops;

/// <summary>
/// What goes through a socket on an event loop. <see cref="LoopChannel"/> is how it belongs to a loop and ends.
/// </summary>
/// <remarks>
/// <para>Threads: the owner's thread alone touches the waits.</para>
/// <para>Events are hints. One may come late, to a loop that the channel has left: it then finds its loop not
/// waiting (only a loop itself says so, in <c>_armedBy</c>) and at most makes the next owner try one receive in
/// vain. None is lost: the new owner registers the descriptor anew, and that reports what is the case.</para>
/// <para>It is registered when it first has to wait, edge-triggered: <c>_isReadable</c> remembers that there
/// may be more. A receive that did not fill its buffer has emptied the socket, which saves asking again.</para>
/// </remarks>
internal sealed class EpollChannel : LoopChannel, IValueTaskSource<bool>, IValueTaskSource<int>
{
    private const uint GoneEvents = EventSet.PeerHangup | EventSet.Hangup | EventSet.Error;

    private volatile bool _isReadable;
    private WaitCore _wait;
    private Memory<byte> _target;
    private int _received;
    private int _armedBy;
    private SendWait? _send;

    public EpollChannel(
        EventLoop owner,
        ChannelTable table,
        int descriptor,
        EndPoint? local,
        EndPoint? remote,
        bool isUnix
    )
        : base(owner, table, descriptor, local, remote, isUnix) => table.Put(Key, this);

    protected override bool IsAtRest => _armedBy == 0 && _send is null or { ArmedBy: 0 };

    public override ValueTask<bool> WaitToReceiveAsync()
    {
        var loop = EventLoop.Current;
        if (Owner != loop)
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
        if (Owner != loop)
        {
            return new ValueTask<int>(
                Elsewhere(
                    static (channel, buffer, _) => channel.ReceiveAsync(MemoryMarshal.AsMemory(buffer)),
                    buffer
                )
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
        if (Owner != loop)
        {
            return new ValueTask<bool>(Elsewhere(static (channel, data, _) => channel.SendAsync(data), data));
        }

        if (End != ChannelEnd.None || data.IsEmpty)
        {
            return new ValueTask<bool>(End == ChannelEnd.None);
        }

        var sent = NativeSocket.Send(Descriptor, data.Span);
        return sent == data.Length ? new ValueTask<bool>(true) : SendRest(loop!, sent, data, default);
    }

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            return SendAsync(first.IsEmpty ? second : first);
        }

        var loop = EventLoop.Current;
        if (Owner != loop)
        {
            return new ValueTask<bool>(
                Elsewhere(static (channel, first, second) => channel.SendAsync(first, second), first, second)
            );
        }

        if (End != ChannelEnd.None)
        {
            return new ValueTask<bool>(false);
        }

        var sent = NativeSocket.Send(Descriptor, first.Span, second.Span);
        return sent == first.Length + second.Length
            ? new ValueTask<bool>(true)
            : SendRest(loop!, sent, first, second);
    }

    internal override int ReceiveNow(Span<byte> buffer)
    {
        if (Owner != EventLoop.Current)
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
            SetPeerGone();
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
            send.OnWritable(Descriptor);
        }

        if (IsPeerGone && HasWatcher && Owner == loop)
        {
            TellWatcher();
        }
    }

    /// <summary>Waits until a connect has ended; <see langword="false"/>: aborted.</summary>
    public ValueTask<bool> WaitToConnectAsync(EventLoop loop) => ArmSend(loop, default, default);

    /// <summary>The error number of a connect that has ended.</summary>
    public int TakeConnectError() => NativeSocket.TakeError(Descriptor);

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

    protected override void CancelWaits(EventLoop owner)
    {
        if (_armedBy != 0)
        {
            _armedBy = 0;
            _target = default;
            _received = 0;
            owner.Post(static channel => ((EpollChannel)channel!)._wait.Complete(), this);
        }

        if (_send is { } send && send.TryCancel())
        {
            owner.Post(static wait => ((SendWait)wait!).Complete(), send);
        }
    }

    private int Result(short token) =>
        _wait.IsCompleted(token)
            ? _received
            : throw new InvalidOperationException("The wait has not ended yet.");

    private ValueTaskSourceStatus Status(short token) =>
        _wait.IsCompleted(token) ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    /// <summary>Receives: the bytes' number, 0 at the end, <see cref="Channel.NothingThere"/>.</summary>
    private int Receive(Span<byte> buffer)
    {
        var count = NativeSocket.Receive(Descriptor, buffer);
        if (count > 0)
        {
            // Less than asked for: the socket is empty, and the next bytes are a new edge. But the end that was
            // announced already brings none.
            if (count < buffer.Length && !IsPeerGone)
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
        var count = NativeSocket.Peek(Descriptor);
        return count > 0 ? 1 : NoBytes(count);
    }

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

    private bool Arm(EventLoop loop, Memory<byte> target)
    {
        if (_armedBy != 0)
        {
            throw new InvalidOperationException("A receive is pending already.");
        }

        _wait.Reset();
        _target = target;
        _armedBy = loop.Id;
        if (IsRegistered || TryRegister(loop))
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
            : IsPeerGone ? Look()
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

        SendWait.Skip(ref first, ref second, Math.Max(sent, 0));
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
        if (!TryWatchWritable(loop))
        {
            SetEnd(ChannelEnd.Broken);
            send.TryCancel();
            return new ValueTask<bool>(false);
        }

        return waiting;
    }
}

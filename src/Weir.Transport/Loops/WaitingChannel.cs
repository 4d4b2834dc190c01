using System.Net;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Weir.Transport.Framing;
using Weir.Transport.Interop;

namespace Weir.Transport.Loops;

/// <summary>
/// What every loop's channel does alike: try at once, else wait until the kernel has news.
/// </summary>
/// <remarks>Threads: the owner's thread alone touches the waits; calls from elsewhere are carried to it.</remarks>
internal abstract class WaitingChannel(
    EventLoop owner,
    ChannelTable table,
    int descriptor,
    EndPoint? local,
    EndPoint? remote,
    bool isUnix
)
    : LoopChannel(owner, table, descriptor, local, remote, isUnix),
        IValueTaskSource<bool>,
        IValueTaskSource<int>
{
    private WaitCore _wait;
    private Memory<byte> _target;
    private int _received;
    private int _armedBy;
    private SendWait? _send;

    protected override bool IsAtRest => _armedBy == 0 && !IsSending;

    /// <summary>What is left of a send waits for room.</summary>
    protected bool IsSending => _send is { ArmedBy: not 0 };

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

        var looked = Look(loop!, told: false);
        return looked >= 0 ? new ValueTask<bool>(looked > 0)
            : Arm(loop!, default) ? new ValueTask<bool>(this, _wait.Version)
            : new ValueTask<bool>(false);
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

        var count = ReceiveInto(loop!, buffer.Span);
        return count >= 0 ? new ValueTask<int>(count)
            : Arm(loop!, buffer) ? new ValueTask<int>(this, _wait.Version)
            : new ValueTask<int>(0);
    }

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data) =>
        SendAsync(data, ReadOnlyMemory<byte>.Empty);

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
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

        var length = first.Length + second.Length;
        var sent = length == 0 ? 0 : Send(loop!, first.Span, second.Span);
        return sent == length ? new ValueTask<bool>(true) : SendRest(loop!, sent, first, second);
    }

    internal override int ReceiveNow(Span<byte> buffer)
    {
        var loop = EventLoop.Current;
        return Owner != loop ? Unable
            : End != ChannelEnd.None ? 0
            : Receive(loop!, buffer);
    }

    internal override bool TryContinue(Action<object?> continuation, object state)
    {
        if (_armedBy == 0 || _armedBy != EventLoop.Current?.Id || Owner != EventLoop.Current)
        {
            return false;
        }

        _wait.OnCompleted(continuation, state, _wait.Version, ValueTaskSourceOnCompletedFlags.None);
        return true;
    }

    public override ValueTask<bool> WaitToConnectAsync(EventLoop loop) =>
        End == ChannelEnd.None ? ArmSend(loop, default, default) : new ValueTask<bool>(false);

    bool IValueTaskSource<bool>.GetResult(short token) => Result(token) > 0;

    int IValueTaskSource<int>.GetResult(short token) => Result(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.Status(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _wait.Status(token);

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

    /// <summary>
    /// Receives: the bytes' number, 0 at the end, <see cref="Channel.NothingThere"/>. The end is set by it.
    /// </summary>
    protected abstract int Receive(EventLoop loop, Span<byte> buffer);

    /// <summary>The same into a buffer that will be waited for.</summary>
    protected virtual int ReceiveInto(EventLoop loop, Span<byte> buffer) => Receive(loop, buffer);

    /// <summary>
    /// Whether a receive would bring something (1), the end (0) or nothing yet; <paramref name="told"/>: the kernel
    /// has just had news.
    /// </summary>
    protected abstract int Look(EventLoop loop, bool told);

    /// <summary>Sends what there is room for: the bytes' number, or an error number below 0.</summary>
    protected abstract int Send(EventLoop loop, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second);

    /// <summary>Has the loop told when there is room to send; <see langword="false"/>: it cannot be.</summary>
    protected abstract bool TryWatchWritable(EventLoop loop);

    /// <summary>Something has come, or the end.</summary>
    protected void OnReceivable(EventLoop loop)
    {
        if (_armedBy != loop.Id)
        {
            return;
        }

        var received = _target.IsEmpty ? Look(loop, told: true) : Receive(loop, _target.Span);
        if (received >= 0)
        {
            _received = received;
            _armedBy = 0;
            _target = default;
            _wait.Complete();
        }
    }

    /// <summary>There is room to send.</summary>
    protected void OnWritable(EventLoop loop)
    {
        if (_send is { } send && send.ArmedBy == loop.Id)
        {
            send.OnWritable(Descriptor);
        }
    }

    protected override void CancelWaits(EventLoop owner)
    {
        if (_armedBy != 0)
        {
            _armedBy = 0;
            _target = default;
            _received = 0;
            owner.Post(static channel => ((WaitingChannel)channel!)._wait.Complete(), this);
        }

        if (_send is { } send && send.TryCancel())
        {
            owner.Post(static wait => ((SendWait)wait!).Complete(), send);
        }
    }

    /// <summary>Waits for room for both; for the end of a connect when both are empty.</summary>
    protected ValueTask<bool> ArmSend(EventLoop loop, ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
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

    private int Result(short token) =>
        _wait.IsCompleted(token)
            ? _received
            : throw new InvalidOperationException("The wait has not ended yet.");

    private bool Arm(EventLoop loop, Memory<byte> target)
    {
        if (_armedBy != 0)
        {
            throw new InvalidOperationException("A receive is pending already.");
        }

        _wait.Reset();
        _target = target;
        _armedBy = loop.Id;
        if (TryListen(loop))
        {
            return true;
        }

        _armedBy = 0;
        _target = default;
        SetEnd(ChannelEnd.Broken);
        return false;
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
}

using Weir.Transport.Framing;
using Weir.Transport.Interop;

namespace Weir.Transport.Loops;

/// <content>What it sends: put off to the end of the turn, and what the kernel did not take of that.</content>
internal sealed partial class UringChannel
{
    private uint _sentIn;
    private unsafe byte* _sentBytes;
    private int _sentCount;
    private bool _isSendCut;
    private byte[]? _backlog;
    private Task<bool>? _backlogSent;

    public override bool IsSendCut => _isSendCut;

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (Owner is { } owner && owner == EventLoop.Current)
        {
            Settle(owner);
            if (_backlog is not null)
            {
                return SendAfterBacklogAsync(first, second);
            }
        }

        return base.SendAsync(first, second);
    }

    /// <summary>The last send of this batch was not done whole: so many bytes were, or an error number below 0.</summary>
    public unsafe void OnSendCut(int result)
    {
        if (Owner is not { } owner)
        {
            return;
        }

        if (result < 0 && result != -Errno.Again)
        {
            _isSendCut = true;
            SetPeerGone();
            SetEnd(ChannelEnd.Broken);
            return;
        }

        var rest = new ReadOnlySpan<byte>(_sentBytes, _sentCount)[Math.Max(result, 0)..];
        _backlog = BufferPool.Rent(rest.Length);
        rest.CopyTo(_backlog);
        _backlogSent = ArmSend(owner, new ReadOnlyMemory<byte>(_backlog, 0, rest.Length), default).AsTask();
    }

    public override void SendIsOver()
    {
        if (_backlog is { } backlog)
        {
            _backlog = null;
            BufferPool.Return(backlog);
        }
    }

    public override ValueTask DisposeAsync()
    {
        if (Owner is { } owner && owner == EventLoop.Current)
        {
            Settle(owner);
            if (_backlog is not null)
            {
                return DisposeAfterBacklogAsync();
            }
        }

        return base.DisposeAsync();
    }

    protected override unsafe int Send(EventLoop loop, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = first.Length + second.Length;
        if (length > UringBackend.LongestPutOff)
        {
            return NativeSocket.Send(Descriptor, first, second);
        }

        var backend = BackendOf(loop);
        fixed (byte* bytes = backend.PutOff(this, first, second))
        {
            _sentBytes = bytes;
        }

        _sentCount = length;
        Volatile.Write(ref _sentIn, backend.Batch);
        return length;
    }

    /// <summary>Not with bytes that the other loop has still to hand to the kernel.</summary>
    protected override bool CanMove(EventLoop owner) =>
        Volatile.Read(ref _sentIn) != BackendOf(owner).Batch && Volatile.Read(ref _backlog) is null;

    protected override void Flush(EventLoop loop) => Settle(loop);

    /// <summary>Has the kernel take what was put off, so that what is left of it is known.</summary>
    private void Settle(EventLoop loop)
    {
        var backend = BackendOf(loop);
        if (_sentIn == backend.Batch)
        {
            backend.Submit();
        }
    }

    private async ValueTask<bool> SendAfterBacklogAsync(
        ReadOnlyMemory<byte> first,
        ReadOnlyMemory<byte> second
    )
    {
        return await _backlogSent! && await SendAsync(first, second);
    }

    private async ValueTask DisposeAfterBacklogAsync()
    {
        await _backlogSent!;
        await DisposeAsync();
    }
}

using System.Net;

namespace Weir.Transport.Memory;

/// <summary>One end of an in-memory pair.</summary>
internal sealed class MemoryChannel(MemoryPipe incoming, MemoryPipe outgoing, MemoryNetwork network) : Channel
{
    private int _end;

    public override EndPoint? LocalEndPoint => null;

    public override EndPoint? RemoteEndPoint => null;

    public override ChannelEnd End => (ChannelEnd)Volatile.Read(ref _end);

    public override bool IsPeerGone => incoming.WriterEnd != ChannelEnd.None;

    public override async ValueTask<bool> WaitToReceiveAsync()
    {
        while (true)
        {
            var count = incoming.TryRead([], out var wait);
            if (count >= 0)
            {
                return Received(count) > 0;
            }

            await wait;
        }
    }

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        while (true)
        {
            var count = incoming.TryRead(buffer.Span, out var wait);
            if (count >= 0)
            {
                return Received(count);
            }

            await wait;
        }
    }

    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data)
    {
        if (End != ChannelEnd.None)
        {
            return false;
        }

        while (!data.IsEmpty)
        {
            var count = End == ChannelEnd.None ? outgoing.TryWrite(data.Span, out var wait) : Ended(out wait);
            if (count == 0)
            {
                SetEnd(ChannelEnd.Broken);
                return false;
            }

            if (count < 0)
            {
                await wait;
            }
            else
            {
                data = data[count..];
            }
        }

        // All of it went out, whatever has ended the channel since.
        return true;
    }

    public override async ValueTask<bool> SendAsync(
        ReadOnlyMemory<byte> first,
        ReadOnlyMemory<byte> second
    ) => await SendAsync(first) && await SendAsync(second);

    public override void WatchPeer(Action<object?>? gone, object? state) =>
        incoming.OnWriterGone(gone is null || End != ChannelEnd.None ? null : () => gone(state));

    public override void Abort() => Close(ChannelEnd.Broken);

    public override ValueTask DisposeAsync()
    {
        Close(ChannelEnd.PeerClosed);
        return ValueTask.CompletedTask;
    }

    internal override int ReceiveNow(Span<byte> buffer)
    {
        var count = incoming.TryRead(buffer, out _);
        return count < 0 ? NothingThere : Received(count);
    }

    private static int Ended(out Task wait)
    {
        wait = Task.CompletedTask;
        return 0;
    }

    private int Received(int count)
    {
        if (count == 0)
        {
            SetEnd(incoming.WriterEnd);
        }

        return count;
    }

    private void Close(ChannelEnd seenByPeer)
    {
        SetEnd(ChannelEnd.Aborted);
        outgoing.CloseWriter(seenByPeer);
        incoming.CloseReader();
        network.Forget(this);
    }

    private void SetEnd(ChannelEnd end) =>
        Interlocked.CompareExchange(ref _end, (int)end, (int)ChannelEnd.None);
}

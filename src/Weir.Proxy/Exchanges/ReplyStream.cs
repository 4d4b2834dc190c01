using System.Buffers.Binary;
using System.Text;
using Weir.Pooling.Connections;
using Weir.Protocol.Wire;
using Weir.Transport;

namespace Weir.Proxy.Exchanges;

/// <summary>
/// Passes a long reply on while it is still coming, through the buffer that its first part came in. The id of a
/// cursor in it is patched on the way.
/// </summary>
internal sealed class ReplyStream(
    Exchange x,
    Settlement settlement,
    Channel client,
    ITimer stall,
    TimeSpan patience
)
{
    private const int MsgHead = MessageHeader.Size + 4 + 1;
    private const int ReplyHead = MessageHeader.Size + 20;

    private readonly int _total = x.Reply.Length;
    private ReplyWalker _walker = new(MsgHead);

    /// <summary>
    /// Passes all of it on. <see langword="false"/>: one side ended, or the reply was broken, in the middle, so that
    /// neither connection can be used any more.
    /// </summary>
    public async ValueTask<bool> RunAsync(ServerConnection server)
    {
        Memory<byte> buffer = x.Reply.Writable;
        int filled = buffer.Length;
        int start = 0;
        if (!IsPlain(buffer.Span))
            return false;
        int skip = await SendHeadAsync(buffer);
        if (skip < 0)
            return false;
        while (true)
        {
            int ready = Patch(buffer.Span[..filled], start);
            if (ready < 0)
                return false;
            if (ready > skip && x.Form != ReplyForm.Nothing)
            {
                stall.Change(patience, Timeout.InfiniteTimeSpan);
                if (!await client.SendAsync(buffer[skip..ready]))
                    return false;
            }
            skip = 0;
            buffer[ready..filled].CopyTo(buffer);
            start += ready;
            filled -= ready;
            if (start == _total)
                return true;
            // Nothing more can come, or there is no room for it, and still an element has not ended.
            if (start + filled == _total || filled == buffer.Length)
                return false;
            int count = await server.ReceiveRestAsync(buffer[filled..]);
            if (count == 0)
                return false;
            filled += count;
        }
    }

    /// <summary>One body, no checksum, no second reply to come: what a server answers to what Weir sends.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> message)
    {
        MessageHeader header = MessageHeader.Read(message);
        return header.OpCode == OpCode.Msg
            && OpMsg.FlagsOf(header, message) == OpMsgFlags.None
            && message[MsgHead - 1] == 0;
    }

    /// <summary>The legacy form has another head. Answers how many bytes of the message it stands for.</summary>
    private async ValueTask<int> SendHeadAsync(ReadOnlyMemory<byte> message)
    {
        if (x.Form != ReplyForm.Reply)
            return 0;
        var head = new byte[ReplyHead];
        MessageHeader header = MessageHeader.Read(message.Span);
        new MessageHeader(
            _total - MsgHead + ReplyHead,
            header.RequestId,
            header.ResponseTo,
            OpCode.Reply
        ).Write(head);
        BinaryPrimitives.WriteInt32LittleEndian(
            head.AsSpan(MessageHeader.Size),
            (int)OpReplyFlags.AwaitCapable
        );
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(ReplyHead - 4), 1);
        return await client.SendAsync(head) ? MsgHead : -1;
    }

    /// <summary>Patches what is in the window; answers how many of its bytes may go, or -1.</summary>
    private int Patch(Span<byte> window, int start)
    {
        while (_walker.Walk(window, start, out int offset))
        {
            long upstreamId = BinaryPrimitives.ReadInt64LittleEndian(window[offset..]);
            // Half of the reply may be with the client already: without room for the cursor it can't go on.
            if (settlement.LearnCursor(x, upstreamId, Namespace()) is not { } id)
                return -1;
            RequestPatch.CursorId(window, offset, id);
        }
        if (_walker.IsBroken)
            return -1;
        return _walker.IsDone ? window.Length : Math.Min(window.Length, _walker.Position - start);
    }

    /// <summary>The cursor's namespace, from the request: the reply's may be still to come.</summary>
    private string Namespace() =>
        $"{Encoding.UTF8.GetString(x.View.Database.Of(x.RequestBytes))}.{Encoding.UTF8.GetString(x.View.Target.Of(x.RequestBytes))}";
}

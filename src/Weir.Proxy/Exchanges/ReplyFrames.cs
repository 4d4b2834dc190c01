using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport.Framing;

namespace Weir.Proxy.Exchanges;

/// <summary>Replies of Weir's own, and replies put into another form.</summary>
internal static class ReplyFrames
{
    private static int s_requestId;

    /// <summary>An id for a message that Weir sends of itself.</summary>
    public static int NextRequestId() => Interlocked.Increment(ref s_requestId);

    /// <summary>A reply of Weir's own; the frame is the caller's to return.</summary>
    public static Frame Create(
        ReplyForm form,
        int responseTo,
        BsonDocument document,
        OpMsgFlags flags = OpMsgFlags.None,
        int? requestId = null
    ) =>
        FrameWriter.Write(
            (form, responseTo, document, flags, requestId: requestId ?? NextRequestId()),
            static (output, r) =>
            {
                if (r.form == ReplyForm.Reply)
                    MessageWriter.WriteReply(output, r.requestId, r.responseTo, r.document);
                else
                    MessageWriter.WriteMsg(output, r.requestId, r.responseTo, r.flags, r.document);
            }
        );

    /// <summary>The answer to a legacy query or getMore that is no command: the flag that says "failed".</summary>
    public static Frame CreateQueryFailure(int responseTo, BsonDocument error) =>
        FrameWriter.Write(
            (responseTo, error),
            static (output, r) =>
                MessageWriter.WriteReply(
                    output,
                    NextRequestId(),
                    r.responseTo,
                    r.error,
                    OpReplyFlags.QueryFailure
                )
        );

    /// <summary>A server's OP_MSG as the OP_REPLY that the client of an OP_QUERY expects. A frame of its own.</summary>
    public static Frame ToReply(ReadOnlySpan<byte> message, in ReplyView view)
    {
        const int overhead = MessageHeader.Size + 20;
        ReadOnlySpan<byte> body = view.Body.Of(message);
        MessageHeader header = MessageHeader.Read(message);
        Frame frame = Frame.Rent(overhead + body.Length);
        Span<byte> bytes = frame.Writable.Span;
        bytes[..overhead].Clear();
        new MessageHeader(bytes.Length, header.RequestId, header.ResponseTo, OpCode.Reply).Write(bytes);
        BitConverter.TryWriteBytes(bytes[MessageHeader.Size..], (int)OpReplyFlags.AwaitCapable);
        BitConverter.TryWriteBytes(bytes[(overhead - 4)..], 1);
        body.CopyTo(bytes[overhead..]);
        return frame;
    }
}

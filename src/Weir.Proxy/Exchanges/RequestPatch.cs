using System.Buffers.Binary;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Commands;
using Weir.Transport.Framing;

namespace Weir.Proxy.Exchanges;

/// <summary>The few bytes of a request that Weir changes before it goes out, changed in place.</summary>
internal static class RequestPatch
{
    private const int ChecksumSize = 4;

    /// <summary>
    /// Clears the flag bits that must not reach a pooled connection and cuts the checksum off, which was verified
    /// and would no longer be right. Answers the message's new length.
    /// </summary>
    /// <remarks>
    /// Without <c>moreToCome</c> the server answers an unacknowledged write; Weir reads the answer and drops it.
    /// So nothing unread stays on the connection, and the client's next request comes after the write. Without
    /// <c>exhaustAllowed</c> it answers every getMore once, which the protocol permits.
    /// </remarks>
    public static int ClearFlags(Span<byte> message, OpMsgFlags flags)
    {
        int length = message.Length;
        if (flags == OpMsgFlags.None)
            return length;
        BinaryPrimitives.WriteUInt32LittleEndian(message[OpMsg.FlagsOffset..], 0);
        if ((flags & OpMsgFlags.ChecksumPresent) != 0)
        {
            length -= ChecksumSize;
            BinaryPrimitives.WriteInt32LittleEndian(message, length);
        }
        return length;
    }

    /// <summary>Writes the id under which the server is asked.</summary>
    public static void RequestId(Span<byte> message, int id) =>
        BinaryPrimitives.WriteInt32LittleEndian(message[sizeof(int)..], id);

    /// <summary>Writes the id of the client's request into a reply, whose first bytes may be all that is there.</summary>
    public static void ResponseTo(Span<byte> message, int id) =>
        BinaryPrimitives.WriteInt32LittleEndian(message[(2 * sizeof(int))..], id);

    public static void CursorId(Span<byte> message, int offset, long id) =>
        BinaryPrimitives.WriteInt64LittleEndian(message[offset..], id);

    /// <summary>Writes the time that is left as <c>maxTimeMS</c>, in the type in which it came.</summary>
    public static void MaxTime(Span<byte> message, in CommandView view, long milliseconds)
    {
        Span<byte> value = message[view.MaxTimeOffset..];
        switch (view.MaxTimeType)
        {
            case BsonType.Int32:
                BinaryPrimitives.WriteInt32LittleEndian(value, (int)milliseconds);
                break;
            case BsonType.Int64:
                BinaryPrimitives.WriteInt64LittleEndian(value, milliseconds);
                break;
            case BsonType.Double:
                BinaryPrimitives.WriteDoubleLittleEndian(value, milliseconds);
                break;
        }
    }

    /// <summary>The same message with a <c>maxTimeMS</c>, to be written still. As <see cref="Append"/>.</summary>
    public static Frame AddMaxTime(ReadOnlySpan<byte> message, ref CommandView view)
    {
        Frame frame = Append(message, "\u0010maxTimeMS\0\0\0\0\0"u8, ref view);
        view.MaxTimeType = BsonType.Int32;
        view.MaxTimeOffset = view.Body.Offset + view.Body.Length - 1 - sizeof(int);
        return frame;
    }

    /// <summary>
    /// The same message with one element more at the end of its body. The frame is the caller's; the view is of it
    /// then.
    /// </summary>
    public static Frame Append(ReadOnlySpan<byte> message, ReadOnlySpan<byte> element, ref CommandView view)
    {
        int at = view.Body.Offset + view.Body.Length - 1;
        Frame frame = Frame.Rent(message.Length + element.Length);
        Span<byte> longer = frame.Writable.Span;
        message[..at].CopyTo(longer);
        element.CopyTo(longer[at..]);
        message[at..].CopyTo(longer[(at + element.Length)..]);
        view.Body = view.Body with { Length = view.Body.Length + element.Length };
        BinaryPrimitives.WriteInt32LittleEndian(longer, longer.Length);
        BinaryPrimitives.WriteInt32LittleEndian(longer[view.Body.Offset..], view.Body.Length);
        return frame;
    }

    /// <summary>
    /// Takes <c>txnNumber</c> out and answers the message's new length: a standalone refuses it, and a driver that
    /// takes Weir for a mongos sends it with every write. The view's offsets are moved along.
    /// </summary>
    public static int RemoveTxnNumber(Span<byte> message, ref CommandView view)
    {
        ByteRange element = view.TxnNumberElement;
        message[(element.Offset + element.Length)..].CopyTo(message[element.Offset..]);
        int length = message.Length - element.Length;
        view.TxnNumberElement = default;
        view.Body = view.Body with { Length = view.Body.Length - element.Length };
        view.Database = Moved(view.Database, element);
        view.ReadPreference = Moved(view.ReadPreference, element);
        view.Cursors = Moved(view.Cursors, element);
        if (view.MaxTimeOffset > element.Offset)
            view.MaxTimeOffset -= element.Length;
        BinaryPrimitives.WriteInt32LittleEndian(message, length);
        BinaryPrimitives.WriteInt32LittleEndian(message[view.Body.Offset..], view.Body.Length);
        return length;
    }

    private static ByteRange Moved(ByteRange range, ByteRange removed) =>
        range.Offset > removed.Offset ? range with { Offset = range.Offset - removed.Length } : range;
}

using System.Buffers;
using System.Buffers.Binary;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Wire;

/// <summary>OP_COMPRESSED: a message within a message.</summary>
/// <remarks>Which messages must not be compressed (handshake, authentication) is for the caller to know.</remarks>
public static class OpCompressed
{
    private const int Overhead = MessageHeader.Size + 9;

    /// <summary>Writes a whole message in compressed form, with the same request identifiers.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="wholeMessage">Exactly one message, header included.</param>
    /// <param name="compressor">Which.</param>
    /// <param name="zlibLevel">From 0 (none) to 9 (best); -1 is zlib's default. Only for zlib.</param>
    public static void Wrap(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> wholeMessage,
        CompressorId compressor,
        int zlibLevel = -1
    )
    {
        ArgumentNullException.ThrowIfNull(output);
        var header = MessageHeader.Read(wholeMessage);
        if (
            header.Length != wholeMessage.Length
            || header.Length == MessageHeader.Size
            || header.OpCode == OpCode.Compressed
        )
        {
            throw new ArgumentException(
                "The bytes are not one message with a content that is not compressed yet.",
                nameof(wholeMessage)
            );
        }

        var content = wholeMessage[MessageHeader.Size..];
        var buffer = new BsonBuffer();
        try
        {
            buffer.Claim(MessageHeader.Size);
            buffer.WriteInt32((int)header.OpCode);
            buffer.WriteInt32(content.Length);
            buffer.WriteByte((byte)compressor);
            Compression.Compress(compressor, zlibLevel, content, buffer);
            (header with { Length = buffer.Length, OpCode = OpCode.Compressed }).Write(
                buffer.Claimed(0, MessageHeader.Size)
            );
            output.Write(buffer.Written);
        }
        finally
        {
            buffer.Release();
        }
    }

    /// <summary>
    /// The length of the message within, header included, so that room can be made for it. The announced size is
    /// checked against the bound and against what so many compressed bytes can hold at most.
    /// </summary>
    /// <exception cref="WireFormatException">The bytes are not a valid OP_COMPRESSED, or too large.</exception>
    public static int GetUnwrappedLength(
        ReadOnlySpan<byte> wholeMessage,
        int maxLength = WireLimits.MaxMessageLength
    )
    {
        MessageHeader.ReadWhole(wholeMessage, OpCode.Compressed);
        if (wholeMessage.Length < Overhead)
        {
            throw new WireFormatException("An OP_COMPRESSED ends before its content.");
        }

        if (OriginalOpCode(wholeMessage) == OpCode.Compressed)
        {
            throw new WireFormatException("An OP_COMPRESSED holds another.");
        }

        if (!Compressors.IsSupported(Compressor(wholeMessage)))
        {
            throw new WireFormatException(
                $"An OP_COMPRESSED uses compressor {(byte)Compressor(wholeMessage)}, which was not agreed on."
            );
        }

        var size = Size(wholeMessage);
        if (size < 0 || size > maxLength - MessageHeader.Size)
        {
            throw new WireFormatException(
                $"An OP_COMPRESSED announces {size} bytes; a message may have {maxLength}."
            );
        }

        var content = wholeMessage[Overhead..];
        return size <= Compression.MostFrom(Compressor(wholeMessage), content.Length)
            ? MessageHeader.Size + size
            : throw new WireFormatException(
                $"An OP_COMPRESSED announces {size} bytes, which its {content.Length} can't hold."
            );
    }

    /// <summary>Writes the message within, as it was before it was compressed.</summary>
    /// <exception cref="WireFormatException">The bytes are not a valid OP_COMPRESSED, or too large.</exception>
    public static void Unwrap(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> wholeMessage,
        int maxLength = WireLimits.MaxMessageLength
    )
    {
        ArgumentNullException.ThrowIfNull(output);
        var length = GetUnwrappedLength(wholeMessage, maxLength);
        Unwrap(output.GetSpan(length)[..length], wholeMessage);
        output.Advance(length);
    }

    /// <summary>Writes the message within into room of exactly <see cref="GetUnwrappedLength"/>.</summary>
    /// <exception cref="WireFormatException">The content is damaged or does not have the announced size.</exception>
    public static void Unwrap(Span<byte> destination, ReadOnlySpan<byte> wholeMessage)
    {
        if (destination.Length != GetUnwrappedLength(wholeMessage, destination.Length))
        {
            throw new ArgumentException("The room is not the length of the message.", nameof(destination));
        }

        var header = MessageHeader.Read(wholeMessage);
        (header with { Length = destination.Length, OpCode = OriginalOpCode(wholeMessage) }).Write(
            destination
        );
        Compression.Expand(
            Compressor(wholeMessage),
            wholeMessage[Overhead..],
            destination[MessageHeader.Size..]
        );
    }

    private static OpCode OriginalOpCode(ReadOnlySpan<byte> message) =>
        (OpCode)BinaryPrimitives.ReadInt32LittleEndian(message[MessageHeader.Size..]);

    private static int Size(ReadOnlySpan<byte> message) =>
        BinaryPrimitives.ReadInt32LittleEndian(message[(MessageHeader.Size + 4)..]);

    private static CompressorId Compressor(ReadOnlySpan<byte> message) =>
        (CompressorId)message[MessageHeader.Size + 8];
}

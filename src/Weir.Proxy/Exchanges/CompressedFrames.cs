using Weir.Protocol.Wire;
using Weir.Transport.Framing;

namespace Weir.Proxy.Exchanges;

/// <summary>OP_COMPRESSED from frame to frame.</summary>
internal static class CompressedFrames
{
    /// <summary>The message within; the frame is the caller's, and the length was checked before it was rented.</summary>
    /// <exception cref="WireFormatException">It is damaged, too large, or compressed in an unknown way.</exception>
    public static Frame Unwrap(ReadOnlySpan<byte> message, out CompressorId compressor)
    {
        Frame frame = Frame.Rent(OpCompressed.GetUnwrappedLength(message));
        try
        {
            OpCompressed.Unwrap(frame.Writable.Span, message);
        }
        catch
        {
            frame.Return();
            throw;
        }
        compressor = (CompressorId)message[MessageHeader.Size + 8];
        return frame;
    }

    /// <summary>The message, compressed.</summary>
    public static Frame Wrap(ReadOnlyMemory<byte> message, CompressorId compressor) =>
        FrameWriter.Write(
            (message, compressor),
            static (output, m) => OpCompressed.Wrap(output, m.message.Span, m.compressor)
        );
}

using System.Buffers;
using Weir.Transport.Framing;

namespace Weir.Proxy.Exchanges;

/// <summary>Collects what a message writer writes and gives it as a frame of exactly that length.</summary>
internal static class FrameWriter
{
    // Replies of Weir's own are small; a thread's buffer does for all of them.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    /// <summary>Runs <paramref name="write"/> and copies the result to a rented frame, which is the caller's.</summary>
    public static Frame Write<T>(T state, Action<IBufferWriter<byte>, T> write)
    {
        ArrayBufferWriter<byte> buffer = t_buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        write(buffer, state);
        Frame frame = Frame.Rent(buffer.WrittenCount);
        buffer.WrittenSpan.CopyTo(frame.Writable.Span);
        if (buffer.Capacity > 1 << 20)
            t_buffer = null;
        return frame;
    }
}

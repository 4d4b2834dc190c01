namespace Weir.Transport.Framing;

/// <summary>
/// A thread's buffer for bytes whose length is not known yet. It is used between a receive and the copy that
/// follows at once, never across a wait and never while foreign code runs.
/// </summary>
internal static class Scratch
{
    public const int Size = 64 * 1024;

    [ThreadStatic]
    private static byte[]? _buffer;

    public static Span<byte> Span => _buffer ??= GC.AllocateUninitializedArray<byte>(Size, pinned: true);
}

using System.Runtime.InteropServices;

namespace Weir.Transport.Interop;

/// <summary>
/// Buffers that the kernel may fill with what any of a ring's receives brings: none of them has to hold one while it
/// waits. One thread.
/// </summary>
internal sealed unsafe class BufferRing : IDisposable
{
    public const int Count = 256;
    public const int Size = 4096;
    private const int EntrySize = 16;

    private readonly byte* _memory;
    private ushort _tail;

    public BufferRing()
    {
        _memory = (byte*)NativeMemory.AlignedAlloc((Count * EntrySize) + (Count * Size), 4096);
        new Span<byte>(_memory, Count * EntrySize).Clear();
        for (var i = 0; i < Count; i++)
        {
            Return(i);
        }
    }

    /// <summary>Where the kernel finds the entries.</summary>
    public byte* Address => _memory;

    public byte* this[int buffer] => _memory + (Count * EntrySize) + (buffer * Size);

    /// <summary>Lends a buffer (again).</summary>
    public void Return(int buffer)
    {
        // struct io_uring_buf: address, length, id; the ring's tail is in what is unused of the first.
        var entry = _memory + ((_tail & (Count - 1)) * EntrySize);
        *(byte**)entry = this[buffer];
        *(uint*)(entry + 8) = Size;
        *(ushort*)(entry + 12) = (ushort)buffer;
        _tail++;
        Volatile.Write(ref *(ushort*)(_memory + 14), _tail);
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}

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

    // A page, so that the buffers begin at one.
    private const int EntriesSize = Count * EntrySize;

    private readonly byte* _memory;
    private ushort _tail;

    public BufferRing()
    {
        _memory = (byte*)NativeMemory.AlignedAlloc(EntriesSize + (Count * Size), Pages.Size);
        new Span<byte>(_memory, EntriesSize).Clear();
        for (var i = 0; i < Count; i++)
        {
            Return(i);
        }
    }

    /// <summary>Where the kernel finds the entries.</summary>
    public byte* Address => _memory;

    public byte* this[int buffer] => _memory + EntriesSize + (buffer * Size);

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

    /// <summary>Forgets what is in the buffers; the system has their memory until they are filled again.</summary>
    public void Trim() => Pages.Drop(this[0], Count * Size);

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}

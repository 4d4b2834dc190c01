using System.Runtime.InteropServices;

namespace Weir.Transport.Interop;

/// <summary>
/// An <c>eventfd</c> that wakes a loop. Watched edge-triggered, so that it never has to be read: every write is
/// a new edge.
/// </summary>
internal sealed unsafe class WakeUp : IDisposable
{
    private const int NonBlockingCloseOnExec = 0x800 | 0x80000;

    public WakeUp()
    {
        Descriptor = Libc.EventDescriptor(0, NonBlockingCloseOnExec);
        if (Descriptor < 0)
        {
            throw new IOException($"eventfd: {Errno.Describe(Errno.Last)}");
        }
    }

    public int Descriptor { get; }

    public void Signal()
    {
        ulong one = 1;
        _ = Libc.Write(Descriptor, (byte*)&one, sizeof(ulong));
    }

    public void Dispose() => _ = Libc.Close(Descriptor);
}

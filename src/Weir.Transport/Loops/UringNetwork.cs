using Weir.Transport.Interop;
using Weir.Transport.Loops;

namespace Weir.Transport;

/// <summary>
/// Event loops over Linux's <c>io_uring</c>: one system call a turn submits all sends, fetches what has come and waits.
/// </summary>
/// <remarks>Needs Linux 6.1, and permission: many containers forbid it.</remarks>
/// <param name="loops">Loops, each a thread; 0: one a core.</param>
/// <param name="timeProvider">The clock; the system's by default.</param>
/// <exception cref="IOException">The system has no <c>io_uring</c>, or does not let this process use it.</exception>
public sealed class UringNetwork(int loops = 0, TimeProvider? timeProvider = null)
    : LoopNetwork(loops, timeProvider, static table => new UringBackend(table))
{
    private static readonly Lazy<bool> _isSupported = new(Probe);

    /// <summary>Whether it works on this system, for this process: a ring was had once.</summary>
    public static bool IsSupported => _isSupported.Value;

    private static bool Probe()
    {
        if (!EpollNetwork.IsSupported)
        {
            return false;
        }

        try
        {
            using var ring = new Ring();
            using var buffers = new BufferRing();
            ring.Register(buffers);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}

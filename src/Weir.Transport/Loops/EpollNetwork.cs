using System.Runtime.InteropServices;
using Weir.Transport.Loops;

namespace Weir.Transport;

/// <summary>Event loops over Linux's <c>epoll</c>: a system call for every receive and every send.</summary>
/// <param name="loops">Loops, each a thread; 0: one a core.</param>
/// <param name="timeProvider">The clock; the system's by default.</param>
/// <exception cref="PlatformNotSupportedException">This is not 64-bit Linux.</exception>
public sealed class EpollNetwork(int loops = 0, TimeProvider? timeProvider = null)
    : LoopNetwork(loops, timeProvider, CreateBackend)
{
    /// <summary>Whether it works on this system.</summary>
    public static bool IsSupported =>
        OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    private static EpollBackend CreateBackend(ChannelTable table) =>
        IsSupported
            ? new EpollBackend(table)
            : throw new PlatformNotSupportedException(
                "EpollNetwork needs Linux on x64 or arm64; use SocketNetwork."
            );
}

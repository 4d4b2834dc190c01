using Weir.Transport.Interop;

namespace Weir.Transport.Tests.Loops;

/// <summary>The networks with event loops.</summary>
public enum LoopKind
{
    Epoll,
    Uring,
}

internal static class LoopKinds
{
    /// <summary>Those that work on this system.</summary>
    public static TheoryData<LoopKind> All =>
        [
            .. Enum.GetValues<LoopKind>()
                .Where(kind => kind == LoopKind.Epoll ? EpollNetwork.IsSupported : UringNetwork.IsSupported),
        ];

    public static LoopNetwork Open(
        this LoopKind kind,
        int loops,
        TimeProvider? clock = null,
        Func<int, System.Net.SocketAddress, int>? accept = null
    ) =>
        kind == LoopKind.Epoll
            ? new EpollNetwork(loops, clock) { Accept = accept ?? NativeSocket.Accept }
            : new UringNetwork(loops, clock) { Accept = accept ?? NativeSocket.Accept };
}

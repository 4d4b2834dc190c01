namespace Weir.Transport.Tests.Contract;

/// <summary>The networks that must all keep the same contract.</summary>
public enum NetworkKind
{
    Memory,
    SocketsTcp,
    SocketsUnix,
    TlsMemory,
    TlsSockets,
    EpollTcp,
    EpollUnix,
    EpollOneLoop,
    TlsEpoll,
    UringTcp,
    UringUnix,
    UringOneLoop,
    TlsUring,
}

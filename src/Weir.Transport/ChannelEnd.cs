namespace Weir.Transport;

/// <summary>Why a <see cref="Channel"/> no longer carries bytes.</summary>
public enum ChannelEnd
{
    /// <summary>It has not ended.</summary>
    None = 0,

    /// <summary>The peer closed its side in order.</summary>
    PeerClosed,

    /// <summary>The network failed: a reset, an unreachable host, a broken TLS record.</summary>
    Broken,

    /// <summary>It was aborted or disposed on this side.</summary>
    Aborted,
}

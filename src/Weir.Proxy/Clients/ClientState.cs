namespace Weir.Proxy.Clients;

/// <summary>What a client connection is doing.</summary>
internal enum ClientState
{
    /// <summary>It waits for a request; closing it harms nothing.</summary>
    Idle,

    /// <summary>It has a request in hand.</summary>
    Busy,

    /// <summary>It takes no more requests.</summary>
    Closing,
}

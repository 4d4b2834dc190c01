namespace Weir.Pooling.Connections;

/// <summary>How far a connection had come when it failed.</summary>
public enum ConnectionStage
{
    /// <summary>The name was being looked up, or the socket connected.</summary>
    Connect,

    /// <summary>TLS was being set up.</summary>
    Tls,

    /// <summary>The first <c>hello</c> was under way.</summary>
    Hello,

    /// <summary>The handshake was done; authentication was under way.</summary>
    Authentication,

    /// <summary>It was established and in use.</summary>
    Exchange,
}

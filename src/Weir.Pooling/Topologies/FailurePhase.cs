namespace Weir.Pooling.Topologies;

/// <summary>How far a connection had come when an operation on it failed.</summary>
public enum FailurePhase
{
    /// <summary>
    /// While it was connected or said hello, in a way that an overloaded server may cause. It says nothing about
    /// the server, so it changes nothing.
    /// </summary>
    Establishing,

    /// <summary>While it was authenticated, or before in a way that overload cannot cause.</summary>
    Handshake,

    /// <summary>Afterwards, in use.</summary>
    Established,
}

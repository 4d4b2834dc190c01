using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Connections;

/// <summary>
/// A connection could not be made, or broke: the network, TLS, a timeout, or bytes that are no reply. The
/// specifications call it a network error. The connection is of no more use.
/// </summary>
public sealed class ConnectionException : IOException
{
    /// <summary>Says what failed, at which server, and what can be done about it.</summary>
    public ConnectionException(
        ServerAddress address,
        ConnectionStage stage,
        string reason,
        Exception? cause = null
    )
        : base($"{address}: {reason}", cause)
    {
        Address = address;
        Stage = stage;
    }

    /// <summary>The server.</summary>
    public ServerAddress Address { get; }

    /// <summary>How far the connection had come.</summary>
    public ConnectionStage Stage { get; }

    /// <summary>Whether a time limit ended it, not the network.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>
    /// The error's labels. Errors of the network before the handshake is done carry those of an overloaded server.
    /// </summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The service behind a load balancer that answered the handshake, where it came that far.</summary>
    public ObjectId? ServiceId { get; init; }

    /// <summary>Whether the first <c>hello</c> had been answered.</summary>
    public bool HandshakeCompleted => Stage >= ConnectionStage.Authentication;

    /// <summary>Whether the error has this label.</summary>
    public bool HasLabel(string label) => Labels.Contains(label);
}

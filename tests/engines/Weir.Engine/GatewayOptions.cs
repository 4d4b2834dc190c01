using Weir.Transport;

namespace Weir.Engine;

/// <summary>How a <see cref="Gateway"/> shows itself.</summary>
public sealed record GatewayOptions
{
    /// <summary>The replica set whose one member it says it is; default <c>documentdb</c>.</summary>
    public string ReplicaSetName { get; init; } = "documentdb";

    /// <summary>Whether commands need authentication (SCRAM-SHA-256, users by <c>createUser</c>); default no.</summary>
    public bool RequiresAuthentication { get; init; }

    /// <summary>The files of its TLS; null, the default: it speaks plain text.</summary>
    public TlsServerSettings? Tls { get; init; }
}

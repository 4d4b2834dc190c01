using System.Net.Security;
using Weir.Pooling.Authentication;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Connections;

/// <summary>How connections to the servers of one deployment are made. Immutable.</summary>
public sealed record ConnectionSettings
{
    /// <summary>The application's name in the servers' logs (<c>appName</c>); at most 128 bytes.</summary>
    public string? AppName { get; init; }

    /// <summary>Who Weir authenticates as; null: nobody.</summary>
    public Credential? Credential { get; init; }

    /// <summary>
    /// Makes the TLS options for one server; null: no TLS. The host name to check is set where it is missing.
    /// </summary>
    public Func<ServerAddress, SslClientAuthenticationOptions>? Tls { get; init; }

    /// <summary>
    /// How long connecting, TLS and the handshake may take together, and authentication again
    /// (<c>connectTimeoutMS</c>); zero: no limit. Default 10 s.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Compressors to offer, by preference. Weir does not compress towards servers yet: none.</summary>
    public IReadOnlyList<string> Compressors { get; init; } = [];

    /// <summary>Whether the servers are behind a load balancer (<c>loadBalanced</c>).</summary>
    public bool LoadBalanced { get; init; }

    /// <summary>The stable API version that every command declares (<c>apiVersion</c>); null: none.</summary>
    public string? ServerApiVersion { get; init; }
}

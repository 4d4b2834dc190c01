namespace Weir.Proxy.ClientAuthentication;

/// <summary>Somebody who may log in to Weir.</summary>
public sealed record UserSettings
{
    /// <summary>The name; with a database unique.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The databases that the client may name as its <c>authSource</c>; default <c>admin</c>. The first is the one that
    /// connectionStatus tells.
    /// </summary>
    public IReadOnlyList<string> Databases { get; init; } = ["admin"];

    /// <summary>What is kept of the password, at most one for each mechanism; empty: it has no password.</summary>
    public IReadOnlyList<ScramCredential> Credentials { get; init; } = [];

    /// <summary>
    /// The subject of the client certificate by which the user logs in with MONGODB-X509, as
    /// <c>CN=reports,O=Example</c>; <see langword="null"/>: none.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>
    /// The name, in <see cref="ProxyOptions.UpstreamCredentials"/>, of the credential by which its requests go upstream;
    /// <see langword="null"/>: the upstream's own. Users of one credential share its pools, users of different ones never
    /// share a connection.
    /// </summary>
    public string? UpstreamCredential { get; init; }

    /// <summary>What the user may do with Weir itself.</summary>
    public UserRole Role { get; init; }

    /// <summary>Never a key.</summary>
    public override string ToString() => Name;
}

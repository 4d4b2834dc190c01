namespace Weir.Pooling.Authentication;

/// <summary>The names of the authentication mechanisms.</summary>
public static class Mechanisms
{
    /// <summary>SCRAM with SHA-1.</summary>
    public const string ScramSha1 = "SCRAM-SHA-1";

    /// <summary>SCRAM with SHA-256.</summary>
    public const string ScramSha256 = "SCRAM-SHA-256";

    /// <summary>The client certificate of the TLS connection.</summary>
    public const string X509 = "MONGODB-X509";

    /// <summary>Name and password as they are, for LDAP.</summary>
    public const string Plain = "PLAIN";

    /// <summary>Kerberos. Its credentials are read, but Weir cannot authenticate with them.</summary>
    public const string Gssapi = "GSSAPI";

    /// <summary>AWS IAM. Its credentials are read, but Weir cannot authenticate with them.</summary>
    public const string Aws = "MONGODB-AWS";

    /// <summary>OpenID Connect between machines, with access tokens from a file (<c>ENVIRONMENT:k8s</c>).</summary>
    public const string Oidc = "MONGODB-OIDC";

    internal const string External = "$external";

    internal static readonly string[] All = [ScramSha256, ScramSha1, X509, Plain, Gssapi, Aws, Oidc];
}

namespace Weir.Pooling.Authentication;

/// <summary>
/// Authenticates connections with one credential. One for a pool (or all pools of a deployment); thread-safe.
/// </summary>
/// <example>
/// <code>
/// var authentication = authenticator.Begin();                  // a connection's own
/// authentication.AddTo(hello);                                 // saslSupportedMechs, speculativeAuthenticate
/// var reply = await run("admin", hello, ct);
/// await authentication.CompleteAsync(reply, run, ct);          // what remains of the conversation
/// </code>
/// </example>
public abstract class Authenticator
{
    private protected Authenticator(Credential credential) => Credential = credential;

    /// <summary>Who authenticates.</summary>
    public Credential Credential { get; }

    /// <summary>
    /// The authenticator of the credential's mechanism. Share <paramref name="keys"/> between deployments'
    /// pools; null makes one of its own. <paramref name="time"/> is the system's clock unless given.
    /// </summary>
    /// <exception cref="AuthenticationFailedException">The credential lacks what its mechanism needs.</exception>
    /// <exception cref="NotSupportedException">Weir cannot authenticate with that mechanism.</exception>
    public static Authenticator Create(
        Credential credential,
        ScramKeyCache? keys = null,
        TimeProvider? time = null
    )
    {
        ArgumentNullException.ThrowIfNull(credential);
        return credential.Mechanism switch
        {
            null or Mechanisms.ScramSha256 or Mechanisms.ScramSha1 => new ScramAuthenticator(
                credential,
                keys ?? new ScramKeyCache()
            ),
            Mechanisms.X509 => new X509Authenticator(credential),
            Mechanisms.Plain => new PlainAuthenticator(credential),
            Mechanisms.Oidc => new OidcAuthenticator(credential, time ?? TimeProvider.System),
            var other => throw new NotSupportedException(
                $"Weir cannot authenticate with {other}; it can with SCRAM-SHA-256, SCRAM-SHA-1, MONGODB-X509, PLAIN and MONGODB-OIDC."
            ),
        };
    }

    /// <summary>Starts the authentication of one connection.</summary>
    public abstract Authentication Begin();

    /// <summary>
    /// Starts the re-authentication of a connection, because what <paramref name="before"/> authenticated it with has
    /// expired. It is completed without a hello.
    /// </summary>
    public virtual Authentication Renew(Authentication before) => Begin();

    private protected static string Required(string? value, string what, Credential credential) =>
        value ?? throw new AuthenticationFailedException($"The credential {credential} has no {what}.");
}

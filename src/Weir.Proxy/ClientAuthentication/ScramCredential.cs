using Weir.Pooling.Authentication;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>
/// What is kept of a password for one SCRAM mechanism (RFC 5802), as MongoDB keeps it in <c>system.users</c>: enough to
/// check a password, too little to log in with. Immutable; thread-safe.
/// </summary>
public sealed class ScramCredential
{
    /// <summary>Iterations for SCRAM-SHA-256, MongoDB's default.</summary>
    public const int Sha256Iterations = 15_000;

    /// <summary>Iterations for SCRAM-SHA-1, MongoDB's default.</summary>
    public const int Sha1Iterations = 10_000;

    /// <summary>Takes what was derived before.</summary>
    /// <param name="mechanism">SCRAM-SHA-256 or SCRAM-SHA-1.</param>
    /// <param name="iterations">How often the password was hashed.</param>
    /// <param name="salt">What it was hashed with.</param>
    /// <param name="storedKey">The hash of the client's key.</param>
    /// <param name="serverKey">The server's key.</param>
    /// <exception cref="ArgumentException">A part can't belong to that mechanism; names the part.</exception>
    public ScramCredential(
        string mechanism,
        int iterations,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> storedKey,
        ReadOnlySpan<byte> serverKey
    )
    {
        Kind =
            Find(mechanism)
            ?? throw new ArgumentException(
                $"\"{mechanism}\" is no mechanism with stored keys; there are SCRAM-SHA-256 and SCRAM-SHA-1",
                nameof(mechanism)
            );
        if (iterations is < ScramConversation.LeastIterations or > ScramConversation.MostIterations)
            throw new ArgumentException(
                $"must be {ScramConversation.LeastIterations} to {ScramConversation.MostIterations}, is {iterations}",
                nameof(iterations)
            );
        if (salt.Length is < 8 or > 64)
            throw new ArgumentException($"must have 8 to 64 bytes, has {salt.Length}", nameof(salt));
        Require(storedKey, nameof(storedKey));
        Require(serverKey, nameof(serverKey));
        Iterations = iterations;
        Salt = salt.ToArray();
        StoredKey = storedKey.ToArray();
        ServerKey = serverKey.ToArray();
    }

    /// <summary>SCRAM-SHA-256 or SCRAM-SHA-1.</summary>
    public string Mechanism => Kind.Name;

    /// <summary>How often the password was hashed.</summary>
    public int Iterations { get; }

    /// <summary>What the password was hashed with; not secret.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>The hash of the client's key.</summary>
    public ReadOnlyMemory<byte> StoredKey { get; }

    /// <summary>The server's key; secret.</summary>
    public ReadOnlyMemory<byte> ServerKey { get; }

    internal ScramMechanism Kind { get; }

    /// <summary>Derives both mechanisms' credentials from a password, each with a new salt. Takes milliseconds of CPU.</summary>
    /// <exception cref="ArgumentException">SASLprep does not allow the password; shows none of it.</exception>
    public static IReadOnlyList<ScramCredential> Derive(string userName, string password) =>
        [
            Derive(ScramMechanism.Sha256, userName, password, Sha256Iterations),
            Derive(ScramMechanism.Sha1, userName, password, Sha1Iterations),
        ];

    /// <summary>The mechanism only.</summary>
    public override string ToString() => Mechanism;

    internal static ScramMechanism? Find(string? mechanism) =>
        mechanism switch
        {
            Mechanisms.ScramSha256 => ScramMechanism.Sha256,
            Mechanisms.ScramSha1 => ScramMechanism.Sha1,
            _ => null,
        };

    /// <summary>The bytes of a salt that MongoDB makes: with the block number they fill one hash.</summary>
    internal static int SaltSize(ScramMechanism mechanism) => mechanism.Size - 4;

    private static ScramCredential Derive(
        ScramMechanism mechanism,
        string userName,
        string password,
        int iterations
    )
    {
        byte[] salt = System.Security.Cryptography.RandomNumberGenerator.GetBytes(SaltSize(mechanism));
        string prepared;
        try
        {
            prepared = mechanism.PreparePassword(userName, password);
        }
        catch (AuthenticationFailedException e)
        {
            throw new ArgumentException(e.Message, nameof(password), e);
        }
        ScramKeys keys = ScramKeys.Derive(mechanism, prepared, salt, iterations);
        return new ScramCredential(mechanism.Name, iterations, salt, keys.StoredKey, keys.ServerKey);
    }

    private void Require(ReadOnlySpan<byte> key, string name)
    {
        if (key.Length != Kind.Size)
            throw new ArgumentException(
                $"must have {Kind.Size} bytes for {Mechanism}, has {key.Length}",
                name
            );
    }
}

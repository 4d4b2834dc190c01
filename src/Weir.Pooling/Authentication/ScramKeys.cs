using System.Security.Cryptography;
using System.Text;

namespace Weir.Pooling.Authentication;

/// <summary>The keys that both sides of a SCRAM conversation derive from the password (RFC 5802, section 3).</summary>
internal sealed record ScramKeys(byte[] ClientKey, byte[] StoredKey, byte[] ServerKey)
{
    /// <summary>Derives the keys. Deliberately slow: milliseconds of CPU, so never on an event loop.</summary>
    public static ScramKeys Derive(
        ScramMechanism mechanism,
        string preparedPassword,
        byte[] salt,
        int iterations
    )
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(preparedPassword),
            salt,
            iterations,
            mechanism.Algorithm,
            mechanism.Size
        );
        var clientKey = mechanism.Hmac(salted, "Client Key"u8);
        return new ScramKeys(clientKey, mechanism.Hash(clientKey), mechanism.Hmac(salted, "Server Key"u8));
    }

    /// <summary>Keys are not text.</summary>
    public override string ToString() => nameof(ScramKeys);
}

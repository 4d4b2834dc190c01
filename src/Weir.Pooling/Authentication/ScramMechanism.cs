using System.Security.Cryptography;
using System.Text;
using Weir.Pooling.Authentication.Saslprep;

namespace Weir.Pooling.Authentication;

/// <summary>What SCRAM-SHA-1 and SCRAM-SHA-256 differ in.</summary>
internal sealed class ScramMechanism
{
    public static readonly ScramMechanism Sha1 = new(Mechanisms.ScramSha1, HashAlgorithmName.SHA1, 20);
    public static readonly ScramMechanism Sha256 = new(Mechanisms.ScramSha256, HashAlgorithmName.SHA256, 32);

    private ScramMechanism(string name, HashAlgorithmName algorithm, int size)
    {
        Name = name;
        Algorithm = algorithm;
        Size = size;
    }

    public string Name { get; }

    public HashAlgorithmName Algorithm { get; }

    /// <summary>Bytes of a hash.</summary>
    public int Size { get; }

    public byte[] Hash(ReadOnlySpan<byte> data) => CryptographicOperations.HashData(Algorithm, data);

    public byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) =>
        CryptographicOperations.HmacData(Algorithm, key, data);

    /// <summary>
    /// The password as it goes into key derivation: for SHA-1 MongoDB's old digest of it, for SHA-256 itself
    /// after SASLprep.
    /// </summary>
    /// <exception cref="AuthenticationFailedException">SASLprep does not allow the password.</exception>
    public string PreparePassword(string userName, string password)
    {
        if (this == Sha1)
        {
            var text = Encoding.UTF8.GetBytes($"{userName}:mongo:{password}");
#pragma warning disable CA5351 // MD5 is what the mechanism prescribes; it is not what protects the password.
            return Convert.ToHexStringLower(MD5.HashData(text));
#pragma warning restore CA5351
        }
        return PasswordPreparation.TryPrepare(password, out var prepared, out var problem)
            ? prepared
            : throw new AuthenticationFailedException(
                $"The password of user '{userName}' cannot be used with {Name}: {problem}."
            );
    }
}

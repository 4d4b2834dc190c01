using System.Security.Cryptography;
using System.Text;

namespace Weir.Sandbox.Server;

/// <summary>What a server keeps of a password for one SCRAM mechanism (RFC 5802).</summary>
internal sealed class ScramKeys
{
    private const int Sha1Iterations = 10_000;
    private const int Sha256Iterations = 15_000;

    public ScramKeys(SandboxUser user, HashAlgorithmName hash)
    {
        Hash = hash;
        var isSha1 = hash == HashAlgorithmName.SHA1;
        Iterations = isSha1 ? Sha1Iterations : Sha256Iterations;
        var length = isSha1 ? SHA1.HashSizeInBytes : SHA256.HashSizeInBytes;
        Salt = RandomNumberGenerator.GetBytes(length - 4);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Password(user, isSha1), Salt, Iterations, hash, length);
        StoredKey = HashData(Hmac(salted, "Client Key"u8));
        ServerKey = Hmac(salted, "Server Key"u8);
    }

    public HashAlgorithmName Hash { get; }

    public int Iterations { get; }

    public byte[] Salt { get; }

    public byte[] StoredKey { get; }

    public byte[] ServerKey { get; }

    public byte[] Hmac(byte[] key, ReadOnlySpan<byte> data) =>
        CryptographicOperations.HmacData(Hash, key, data);

    public byte[] HashData(byte[] data) => CryptographicOperations.HashData(Hash, data);

    /// <summary>MongoDB's SCRAM-SHA-1 takes a digest of name and password for the password; SHA-256 prepares it.</summary>
    private static byte[] Password(SandboxUser user, bool isSha1)
    {
        if (!isSha1)
        {
            return Encoding.UTF8.GetBytes(user.Password.Normalize(NormalizationForm.FormKC));
        }

#pragma warning disable CA5351 // The protocol says MD5.
        var digest = MD5.HashData(Encoding.UTF8.GetBytes($"{user.Name}:mongo:{user.Password}"));
#pragma warning restore CA5351
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest));
    }
}

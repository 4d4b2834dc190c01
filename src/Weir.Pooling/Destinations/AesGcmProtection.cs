using System.Security.Cryptography;
using System.Text;

namespace Weir.Pooling.Destinations;

/// <summary>
/// Protects connection strings with AES-GCM and a key from the configuration: <c>aes-gcm:</c> and, in Base64, a
/// random nonce (12 bytes), the encrypted text and its tag (16 bytes). The destination's name is authenticated, so a
/// string that is copied to another destination does not decrypt there. Thread-safe.
/// </summary>
public sealed class AesGcmProtection : IConnectionStringProtection
{
    private const string Scheme = "aes-gcm:";
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[][] _keys;

    /// <summary>Takes the key, and those that it replaced: they still decrypt.</summary>
    /// <param name="key">16, 24 or 32 bytes in Base64.</param>
    /// <param name="earlierKeys">The same; tried in this order.</param>
    /// <exception cref="ArgumentException">A key is not Base64 or has another length. It is not shown.</exception>
    public AesGcmProtection(string key, params IEnumerable<string> earlierKeys)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(earlierKeys);
        _keys = [.. earlierKeys.Prepend(key).Select(Read)];
    }

    /// <summary>A new key, of 32 random bytes in Base64.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <inheritdoc/>
    public string Protect(string destination, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(connectionString);
        var text = Encoding.UTF8.GetBytes(connectionString);
        var sealedBytes = new byte[NonceSize + text.Length + TagSize];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceSize));
        using var aes = new AesGcm(_keys[0], TagSize);
        aes.Encrypt(
            sealedBytes.AsSpan(0, NonceSize),
            text,
            sealedBytes.AsSpan(NonceSize, text.Length),
            sealedBytes.AsSpan(NonceSize + text.Length),
            Encoding.UTF8.GetBytes(destination)
        );
        return Scheme + Convert.ToBase64String(sealedBytes);
    }

    /// <inheritdoc/>
    public string Unprotect(string destination, string protectedString)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(protectedString);
        if (!protectedString.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw new CryptographicException($"it does not begin with \"{Scheme}\"");
        }
        var sealedBytes = new byte[protectedString.Length];
        if (
            !Convert.TryFromBase64String(protectedString[Scheme.Length..], sealedBytes, out var length)
            || length < NonceSize + TagSize
        )
        {
            throw new CryptographicException($"what follows \"{Scheme}\" is not what Protect returned");
        }
        foreach (var key in _keys)
        {
            if (TryOpen(key, destination, sealedBytes.AsSpan(0, length)) is { } text)
            {
                return text;
            }
        }
        throw new CryptographicException(
            "it was encrypted with another key or for another destination, or was changed since"
        );
    }

    private static string? TryOpen(byte[] key, string destination, ReadOnlySpan<byte> sealedBytes)
    {
        var text = new byte[sealedBytes.Length - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        try
        {
            aes.Decrypt(
                sealedBytes[..NonceSize],
                sealedBytes.Slice(NonceSize, text.Length),
                sealedBytes[^TagSize..],
                text,
                Encoding.UTF8.GetBytes(destination)
            );
            return Encoding.UTF8.GetString(text);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Read(string key)
    {
        var bytes = new byte[key.Length];
        if (!Convert.TryFromBase64String(key, bytes, out var length) || length is not (16 or 24 or 32))
        {
            throw new ArgumentException("a key must be 16, 24 or 32 bytes in Base64", nameof(key));
        }
        return bytes[..length];
    }
}

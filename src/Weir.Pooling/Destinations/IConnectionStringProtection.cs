using System.Security.Cryptography;

namespace Weir.Pooling.Destinations;

/// <summary>Encrypts connection strings for storage, and decrypts them when a destination is opened. Thread-safe.</summary>
public interface IConnectionStringProtection
{
    /// <summary>Encrypts a connection string for the destination of that name, and no other.</summary>
    string Protect(string destination, string connectionString);

    /// <summary>The connection string that <see cref="Protect"/> was given.</summary>
    /// <exception cref="CryptographicException">
    /// It is not what was encrypted for this destination, or it was encrypted with another key.
    /// </exception>
    string Unprotect(string destination, string protectedString);
}

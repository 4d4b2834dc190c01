using System.Net.Security;
using System.Security.Cryptography;

namespace Weir.Transport;

/// <summary>
/// The TLS of a listener as its files say it, and say it anew when they change. Thread-safe; one refresh at a time.
/// </summary>
public sealed class TlsServerFiles
{
    private readonly TlsServerSettings _settings;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private volatile SslServerAuthenticationOptions _options;
    private byte[] _seen;

    /// <summary>Reads the files.</summary>
    /// <exception cref="TlsFileException">One of them can't be used.</exception>
    public TlsServerFiles(TlsServerSettings settings, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(time);
        _settings = settings;
        _time = time;
        _seen = Fingerprint();
        _options = TlsServerLoader.Load(settings, time.GetUtcNow());
    }

    /// <summary>For the next handshake.</summary>
    public SslServerAuthenticationOptions Options => _options;

    /// <summary>
    /// Looks at the files: <see langword="true"/> when they have changed and hold from now on. Files that can't be used
    /// change nothing, and are told of once.
    /// </summary>
    /// <exception cref="TlsFileException">They have changed, and one of them can't be used.</exception>
    public bool Refresh()
    {
        lock (_lock)
        {
            // By content: times and links of files say little, and they are small.
            var now = Fingerprint();
            if (now.AsSpan().SequenceEqual(_seen))
            {
                return false;
            }

            _seen = now;
            _options = TlsServerLoader.Load(_settings, _time.GetUtcNow());
            return true;
        }
    }

    private byte[] Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in new[] { _settings.CertificateFile, _settings.KeyFile, _settings.AuthorityFile })
        {
            try
            {
                hash.AppendData(path is null ? [] : SHA256.HashData(File.ReadAllBytes(path)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                hash.AppendData("unreadable"u8);
            }
        }

        return hash.GetHashAndReset();
    }
}

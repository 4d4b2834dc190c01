using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling;

/// <summary>
/// What the <c>tls...</c> options of a connection string come to. Files are read once, so that one that is
/// missing is an error at the start and not at some connection later.
/// </summary>
internal sealed class DeploymentTls
{
    private readonly X509Certificate2Collection? _authorities;
    private readonly X509Certificate2? _client;
    private readonly bool _anyCertificate;
    private readonly bool _anyHostName;
    private readonly X509RevocationMode _revocation;

    private DeploymentTls(ConnectionString options)
    {
        var insecure = options.TlsInsecure == true;
        _anyCertificate = insecure || options.TlsAllowInvalidCertificates == true;
        _anyHostName = insecure || options.TlsAllowInvalidHostnames == true;
        _authorities = options.TlsCAFile is { } authorities ? ReadAuthorities(authorities) : null;
        _client = options.TlsCertificateKeyFile is { } key
            ? ReadClient(key, options.TlsCertificateKeyFilePassword)
            : null;
        // Private authorities seldom publish revocations, and a look-up would block the handshake.
        _revocation = X509RevocationMode.NoCheck;
    }

    /// <summary>Makes the options for one server; <see langword="null"/> where TLS is not asked for.</summary>
    /// <exception cref="ArgumentException">A file cannot be read; the message names the option.</exception>
    public static Func<ServerAddress, SslClientAuthenticationOptions>? From(ConnectionString options)
    {
        if (!options.UsesTls)
        {
            return null;
        }
        var tls = new DeploymentTls(options);
        return tls.OptionsFor;
    }

    private SslClientAuthenticationOptions OptionsFor(ServerAddress address)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            CertificateRevocationCheckMode = _revocation,
        };
        if (_authorities is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = _revocation,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }
        if (_client is not null)
        {
            options.ClientCertificates = [_client];
        }
        if (_anyCertificate || _anyHostName)
        {
            options.RemoteCertificateValidationCallback = Accept;
        }
        return options;
    }

    // Only ever set when the connection string says in so many words what not to check.
    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_anyHostName)
        {
            errors &= ~SslPolicyErrors.RemoteCertificateNameMismatch;
        }
        if (_anyCertificate)
        {
            errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
        }
        return errors == SslPolicyErrors.None;
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        var certificates = new X509Certificate2Collection();
        Read("tlsCAFile", path, () => certificates.ImportFromPemFile(path));
        return certificates.Count > 0
            ? certificates
            : throw new ArgumentException($"tlsCAFile: {path} has no certificate in PEM form");
    }

    private static X509Certificate2 ReadClient(string path, string? password)
    {
        X509Certificate2? certificate = null;
        Read(
            "tlsCertificateKeyFile",
            path,
            () =>
                certificate = password is null
                    ? X509Certificate2.CreateFromPemFile(path, path)
                    : X509Certificate2.CreateFromEncryptedPemFile(path, password, path)
        );
        return certificate!;
    }

    private static void Read(string option, string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or CryptographicException
                        or ArgumentException
            )
        {
            throw new ArgumentException($"{option}: cannot read {path}: {e.Message}", e);
        }
    }
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Connections;

/// <summary>Makes the framework's TLS options out of a connection string's.</summary>
internal static class TlsSettings
{
    /// <summary>Reads the certificates now, so that a wrong file is told of at the start.</summary>
    /// <exception cref="ConnectionStringException">A certificate cannot be read.</exception>
    public static Func<ServerAddress, SslClientAuthenticationOptions> From(ConnectionString s)
    {
        var insecure = s.TlsInsecure ?? false;
        var anyCertificate = insecure || (s.TlsAllowInvalidCertificates ?? false);
        var anyHost = insecure || (s.TlsAllowInvalidHostnames ?? false);
        var checksRevocation = s.TlsDisableCertificateRevocationCheck is false;
        var authorities = s.TlsCAFile is { } caFile ? ReadAuthorities(caFile) : null;
        var own = s.TlsCertificateKeyFile is { } keyFile
            ? ReadOwn(keyFile, s.TlsCertificateKeyFilePassword)
            : null;
        var context = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true);
        return address => new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            ClientCertificateContext = context,
            CertificateChainPolicy = authorities is null ? null : Policy(authorities, checksRevocation),
            CertificateRevocationCheckMode = checksRevocation
                ? X509RevocationMode.Online
                : X509RevocationMode.NoCheck,
            // None where nothing is excused: the framework's own errors say which check failed.
            RemoteCertificateValidationCallback =
                anyCertificate || anyHost ? (_, _, _, errors) => IsAccepted(errors, anyCertificate) : null,
        };
    }

    private static bool IsAccepted(SslPolicyErrors errors, bool anyCertificate) =>
        anyCertificate || (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;

    private static X509ChainPolicy Policy(X509Certificate2Collection authorities, bool checksRevocation)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = checksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static X509Certificate2Collection ReadAuthorities(string file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0
                ? authorities
                : throw new ConnectionStringException(
                    "option tlsCAFile",
                    "the file has no certificate in it"
                );
        }
        catch (Exception exception)
            when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ConnectionStringException("option tlsCAFile", exception.Message);
        }
    }

    private static X509Certificate2 ReadOwn(string file, string? password)
    {
        try
        {
            return password is null
                ? X509Certificate2.CreateFromPemFile(file)
                : X509Certificate2.CreateFromEncryptedPemFile(file, password);
        }
        catch (Exception exception)
            when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ConnectionStringException("option tlsCertificateKeyFile", exception.Message);
        }
    }
}

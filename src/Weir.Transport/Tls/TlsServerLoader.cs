using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Transport;

/// <summary>From a listener's files to what its handshakes need.</summary>
internal static class TlsServerLoader
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <exception cref="TlsFileException">A file can't be used.</exception>
    public static SslServerAuthenticationOptions Load(TlsServerSettings settings, DateTimeOffset now)
    {
        var all = IsPkcs12(settings.CertificateFile) ? Pkcs12(settings) : Pem(settings);
        var certificate = all[0];
        if (now < certificate.NotBefore || now > certificate.NotAfter)
        {
            throw new TlsFileException(
                TlsPart.Certificate,
                settings.CertificateFile,
                $"the certificate is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u} only"
            );
        }

        all.RemoveAt(0);
        var mode = settings.ClientCertificates;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, all, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = mode != ClientCertificates.None,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (mode != ClientCertificates.None)
        {
            options.CertificateChainPolicy = Policy(settings);
            options.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                shown is null ? mode == ClientCertificates.Optional : errors == SslPolicyErrors.None;
        }

        return options;
    }

    private static bool IsPkcs12(string path) =>
        Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12";

    private static X509Certificate2Collection Pkcs12(TlsServerSettings settings)
    {
        var path = settings.CertificateFile;
        var bytes = Read(TlsPart.Certificate, path);
        X509Certificate2Collection all;
        try
        {
            all = X509CertificateLoader.LoadPkcs12Collection(bytes, settings.Password);
        }
        catch (CryptographicException e)
        {
            throw new TlsFileException(
                TlsPart.Certificate,
                path,
                $"is not PKCS #12, or the password is wrong ({e.Message})"
            );
        }

        var own =
            all.FirstOrDefault(c => c.HasPrivateKey)
            ?? throw new TlsFileException(TlsPart.Certificate, path, "holds no private key");
        all.Remove(own);
        all.Insert(0, own);
        return all;
    }

    private static X509Certificate2Collection Pem(TlsServerSettings settings)
    {
        var all = Certificates(TlsPart.Certificate, settings.CertificateFile);
        var keyFile = settings.KeyFile ?? settings.CertificateFile;
        var key = Text(TlsPart.Key, keyFile);
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new TlsFileException(TlsPart.Key, keyFile, "holds no private key in PEM");
        }

        try
        {
            var certificate = Text(TlsPart.Certificate, settings.CertificateFile);
            all[0] = settings.Password is null
                ? X509Certificate2.CreateFromPem(certificate, key)
                : X509Certificate2.CreateFromEncryptedPem(certificate, key, settings.Password);
            return all;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsFileException(
                TlsPart.Key,
                keyFile,
                $"the key cannot be read or does not fit the certificate in {settings.CertificateFile} ({e.Message})"
            );
        }
    }

    private static X509ChainPolicy Policy(TlsServerSettings settings)
    {
        var path =
            settings.AuthorityFile
            ?? throw new TlsFileException(
                TlsPart.Authority,
                "(no file)",
                "client certificates need the authorities they come from"
            );
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        policy.CustomTrustStore.AddRange(Certificates(TlsPart.Authority, path));
        return policy;
    }

    private static X509Certificate2Collection Certificates(TlsPart part, string path)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(Text(part, path));
        }
        catch (CryptographicException e)
        {
            throw new TlsFileException(part, path, $"holds a certificate that cannot be read ({e.Message})");
        }

        return all.Count > 0 ? all : throw new TlsFileException(part, path, "holds no certificate in PEM");
    }

    private static string Text(TlsPart part, string path) =>
        System.Text.Encoding.UTF8.GetString(Read(part, path));

    private static byte[] Read(TlsPart part, string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TlsFileException(part, path, $"cannot be read: {e.Message}");
        }
    }
}

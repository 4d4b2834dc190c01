using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Testing;

/// <summary>An authority that nobody trusts but a test, and a folder of PEM files made by it. Goes with the test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-tls-").FullName;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=Test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = DateTimeOffset.UtcNow;
        _authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    public string AuthorityFile => PathOf("authority.pem");

    public X509Certificate2 Certificate => _authority;

    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Writes a server's certificate for loopback to <c>NAME.pem</c> and its key to <c>NAME.key</c>.</summary>
    public (string Certificate, string Key) WriteServer(string name, DateTimeOffset? expires = null)
    {
        using var issued = Issue("CN=localhost", "1.3.6.1.5.5.7.3.1", expires, out var key);
        using (key)
        {
            File.WriteAllText(PathOf(name + ".pem"), issued.ExportCertificatePem());
            File.WriteAllText(PathOf(name + ".key"), key.ExportPkcs8PrivateKeyPem());
            return (PathOf(name + ".pem"), PathOf(name + ".key"));
        }
    }

    /// <summary>Writes a client's certificate and key into one file, as drivers want it.</summary>
    public string WriteClient(string subject)
    {
        using var issued = Issue(subject, "1.3.6.1.5.5.7.3.2", null, out var key);
        using (key)
        {
            var path = PathOf($"client-{Convert.ToHexString(SHA256.HashData(issued.RawData))[..8]}.pem");
            File.WriteAllText(path, issued.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
            return path;
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private X509Certificate2 Issue(string subject, string purpose, DateTimeOffset? expires, out ECDsa key)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true)
        );
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false)
        );
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var end = expires ?? DateTimeOffset.UtcNow.AddDays(1);
        var start = DateTimeOffset.UtcNow.AddDays(-1);
        return request.Create(_authority, start, end, RandomNumberGenerator.GetBytes(12));
    }
}

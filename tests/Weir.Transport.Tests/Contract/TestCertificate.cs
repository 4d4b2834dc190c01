using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Transport.Tests.Contract;

/// <summary>A certificate for localhost that nobody trusts.</summary>
internal static class TestCertificate
{
    public static X509Certificate2 Localhost { get; } = Create();

    /// <summary>Trusts this certificate and no other.</summary>
    public static bool IsLocalhost(
        object sender,
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors
    ) => certificate?.GetCertHashString() == Localhost.GetCertHashString();

    private static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}

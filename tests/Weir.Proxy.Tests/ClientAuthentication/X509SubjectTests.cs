using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Proxy.Tests.ClientAuthentication;

/// <summary>When two subjects are the same.</summary>
public class X509SubjectTests
{
    [Theory]
    [InlineData("CN=reports,O=Example", "CN=reports, O=Example", true)]
    [InlineData("CN=reports,O=Example", "cn=reports,o=Example", true)]
    [InlineData("CN=reports,O=Example", "O=Example,CN=reports", false)]
    [InlineData("CN=reports,O=Example", "CN=Reports,O=Example", false)]
    [InlineData("CN=reports", "CN=reports,O=Example", false)]
    [InlineData("CN=\"a,O=b\"", "CN=a,O=b", false)]
    public void Spaces_do_not_count_and_order_and_case_do(string one, string other, bool same)
    {
        Assert.NotNull(X509Subject.Parse(one));
        Assert.Equal(same, X509Subject.Parse(one) == X509Subject.Parse(other));
    }

    [Theory]
    [InlineData("")]
    [InlineData("reports")]
    [InlineData("CN")]
    public void What_is_no_subject_is_null(string text) => Assert.Null(X509Subject.Parse(text));

    [Fact]
    public void A_certificates_subject_is_shown_as_MongoDB_shows_it_and_found_as_it_is_written()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=reports, OU=Jobs, O=Example", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch.AddDays(1)
        );

        string shown = X509Subject.Show(certificate.SubjectName);

        Assert.Equal("CN=reports,OU=Jobs,O=Example", shown);
        Assert.Equal(X509Subject.Of(certificate.SubjectName), X509Subject.Parse(shown));
    }
}

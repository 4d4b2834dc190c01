using System.Security.Cryptography.X509Certificates;
using Weir.Testing;

namespace Weir.Transport.Tests.Tls;

/// <summary>A listener's certificate from its files, and again when they change.</summary>
public sealed class TlsServerFilesTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void A_certificate_and_its_key_are_read_from_one_file_or_two_or_PKCS_12()
    {
        var (certificate, key) = _authority.WriteServer("server");
        var both = _authority.PathOf("both.pem");
        File.WriteAllText(both, File.ReadAllText(certificate) + "\n" + File.ReadAllText(key));
        var pfx = _authority.PathOf("server.pfx");
        using (var pair = X509Certificate2.CreateFromPemFile(certificate, key))
        {
            File.WriteAllBytes(pfx, pair.Export(X509ContentType.Pkcs12, "s3cret"));
        }

        TlsServerSettings[] all =
        [
            new() { CertificateFile = certificate, KeyFile = key },
            new() { CertificateFile = both },
            new() { CertificateFile = pfx, Password = "s3cret" },
        ];

        Assert.All(all, settings => Assert.NotNull(Load(settings).Options.ServerCertificateContext));
    }

    [Fact]
    public void What_cannot_be_used_is_refused_by_the_name_of_its_file()
    {
        var (certificate, key) = _authority.WriteServer("server");
        var (_, another) = _authority.WriteServer("another");
        var (old, oldKey) = _authority.WriteServer("old", DateTimeOffset.UtcNow.AddMinutes(-5));
        var empty = _authority.PathOf("empty.pem");
        File.WriteAllText(empty, "nothing");
        var pfx = _authority.PathOf("server.pfx");
        using (var pair = X509Certificate2.CreateFromPemFile(certificate, key))
        {
            File.WriteAllBytes(pfx, pair.Export(X509ContentType.Pkcs12, "s3cret"));
        }

        Assert.Multiple(
            () => Refused(TlsPart.Certificate, "/nowhere.pem", new() { CertificateFile = "/nowhere.pem" }),
            () => Refused(TlsPart.Certificate, empty, new() { CertificateFile = empty }),
            () => Refused(TlsPart.Key, certificate, new() { CertificateFile = certificate }),
            () => Refused(TlsPart.Key, empty, new() { CertificateFile = certificate, KeyFile = empty }),
            () => Refused(TlsPart.Key, another, new() { CertificateFile = certificate, KeyFile = another }),
            () => Refused(TlsPart.Certificate, old, new() { CertificateFile = old, KeyFile = oldKey }),
            () => Refused(TlsPart.Certificate, pfx, new() { CertificateFile = pfx, Password = "wrong" }),
            () =>
                Refused(
                    TlsPart.Authority,
                    empty,
                    new()
                    {
                        CertificateFile = certificate,
                        KeyFile = key,
                        AuthorityFile = empty,
                        ClientCertificates = ClientCertificates.Optional,
                    }
                )
        );
    }

    [Fact]
    public void A_changed_file_holds_from_then_on_and_a_broken_one_changes_nothing_and_is_told_of_once()
    {
        var (certificate, key) = _authority.WriteServer("server");
        var files = Load(new() { CertificateFile = certificate, KeyFile = key });
        var first = files.Options;
        Assert.False(files.Refresh());

        File.WriteAllText(certificate, "broken");
        Assert.Throws<TlsFileException>(() => files.Refresh());
        Assert.False(files.Refresh());
        Assert.Same(first, files.Options);

        File.Delete(certificate);
        Assert.Throws<TlsFileException>(() => files.Refresh());
        Assert.Same(first, files.Options);

        _authority.WriteServer("server");
        Assert.True(files.Refresh());
        Assert.NotSame(first, files.Options);
    }

    [Fact]
    public void Nothing_prints_the_password() =>
        Assert.DoesNotContain(
            "s3cret",
            new TlsServerSettings { CertificateFile = "a.pfx", Password = "s3cret" }.ToString(),
            StringComparison.Ordinal
        );

    private static TlsServerFiles Load(TlsServerSettings settings) => new(settings, TimeProvider.System);

    private static void Refused(TlsPart part, string path, TlsServerSettings settings)
    {
        var error = Assert.Throws<TlsFileException>(() => Load(settings));
        Assert.Equal((part, path), (error.Part, error.Path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }
}

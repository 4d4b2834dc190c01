using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Pooling.Tests.Connections;

public sealed class TlsTests : IDisposable
{
    private readonly X509Certificate2 _right = Create("scripted.test");
    private readonly X509Certificate2 _wrong = Create("elsewhere.test");
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"weir-{Guid.NewGuid():N}.pem");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tlsCAFile={0}")]
    [InlineData("tlsAllowInvalidCertificates=true")]
    [InlineData("tlsInsecure=true")]
    [InlineData("tlsCAFile={0}&tlsCertificateKeyFile={0}")]
    public async Task A_certificate_that_is_trusted_or_excused_is_accepted(string options) =>
        Assert.Equal(1, (await PingAsync(options, _right))["ok"].ToInt32());

    [Fact]
    public async Task A_wrong_name_can_be_excused() =>
        Assert.Equal(
            1,
            (await PingAsync("tlsCAFile={0}&tlsAllowInvalidHostnames=true", _wrong))["ok"].ToInt32()
        );

    [Theory]
    [InlineData("tls=true", false, "UntrustedRoot")]
    [InlineData("tlsCAFile={0}", true, "RemoteCertificateNameMismatch")]
    public async Task The_check_that_failed_is_named_and_says_nothing_of_overload(
        string options,
        bool hasWrongName,
        string check
    )
    {
        var error = await Assert.ThrowsAsync<ConnectionException>(() =>
            PingAsync(options, hasWrongName ? _wrong : _right)
        );
        Assert.Equal(ConnectionStage.Tls, error.Stage);
        Assert.Contains(check, error.Message, StringComparison.Ordinal);
        Assert.Empty(error.Labels);
    }

    [Fact]
    public async Task A_server_that_ends_the_connection_during_TLS_may_be_overloaded()
    {
        await using var network = new MemoryNetwork();
        await using var listener = network.Listen(
            ScriptedServer.Address.ToEndPoint(),
            new ListenerOptions(),
            static async channel => await channel.DisposeAsync()
        );
        var settings = ConnectionSettings.From(ConnectionString.Parse("mongodb://scripted.test/?tls=true"));
        var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
            await new ConnectionOpener(network, settings, TimeProvider.System).OpenAsync(
                ScriptedServer.Address,
                1,
                Token
            )
        );
        Assert.Equal(ConnectionStage.Tls, error.Stage);
        Assert.True(error.HasLabel(ErrorLabels.SystemOverloadedError));
    }

    [Fact]
    public void A_certificate_file_that_cannot_be_read_is_told_of_at_the_start()
    {
        var nowhere = Uri.EscapeDataString(_file + ".missing");
        var text = $"mongodb://scripted.test/?tls=true&tlsCAFile={nowhere}";
        var error = Assert.Throws<ConnectionStringException>(() =>
            ConnectionSettings.From(ConnectionString.Parse(text))
        );
        Assert.Contains("tlsCAFile", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _right.Dispose();
        _wrong.Dispose();
        File.Delete(_file);
    }

    private async Task<BsonDocument> PingAsync(string options, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(
            _file,
            certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem(),
            Token
        );
        await using var network = new MemoryNetwork();
        await using var server = new ScriptedServer(
            network,
            static _ => ScriptedServer.Reply(ScriptedServer.Hello)
        );
        server.Tls = new SslServerAuthenticationOptions { ServerCertificate = certificate };
        var filled = options.Replace("{0}", Uri.EscapeDataString(_file), StringComparison.Ordinal);
        var settings = ConnectionSettings.From(ConnectionString.Parse($"mongodb://scripted.test/?{filled}"));
        var opener = new ConnectionOpener(network, settings, TimeProvider.System);
        await using var connection = await opener.OpenAsync(ScriptedServer.Address, 1, Token);
        return await connection.RunCommandAsync("admin", new BsonDocument("ping", 1), Token);
    }

    private static X509Certificate2 Create(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}

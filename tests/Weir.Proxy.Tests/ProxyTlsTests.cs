using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Weir.Pooling.Authentication;
using Weir.Protocol.Bson;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Tests.ClientAuthentication;
using Weir.Proxy.Tests.Scripted;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Proxy.Tests;

/// <summary>Clients that come by TLS, with certificates and without.</summary>
public sealed class ProxyTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    /// <summary>The certificate that the listener showed last.</summary>
    private string? _shown;

    private static readonly ClientUsers Users = new()
    {
        Users =
        [
            new() { Name = "ada", Credentials = ScramCredential.Derive("ada", "a") },
            new() { Name = "reports", Subject = "CN=reports, O=Example" },
        ],
    };

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_certificate_of_the_authority_logs_its_subject_in(bool speculate)
    {
        await using ProxyStage stage = await StartAsync(ClientCertificates.Optional);
        await using RawClient client = await ConnectAsync(stage, "CN=reports,O=Example");

        await client.LogInAsync(
            new Credential { Mechanism = Mechanisms.X509, Source = "$external" },
            speculate
        );

        Assert.Equal(1, (await client.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
        BsonDocument status = (await client.RunAsync(new() { ["connectionStatus"] = 1 }))[
            "authInfo"
        ].AsDocument;
        BsonDocument user = Assert.Single(status["authenticatedUsers"].AsArray).AsDocument;
        Assert.Equal(("CN=reports,O=Example", "$external"), (user["user"].AsString, user["db"].AsString));
        Assert.Equal(1, stage.Proxy.Statistics.TlsHandshakes);
    }

    [Theory]
    [InlineData("CN=somebody,O=Example", null)]
    [InlineData("CN=reports", null)]
    [InlineData("CN=reports,O=Example", "CN=ada")]
    [InlineData(null, "CN=reports,O=Example")]
    public async Task Another_subject_logs_nobody_in(string? subject, string? claimed)
    {
        await using ProxyStage stage = await StartAsync(ClientCertificates.Optional);
        await using RawClient client = await ConnectAsync(stage, subject);

        LoginRefusedException refused = await Assert.ThrowsAsync<LoginRefusedException>(() =>
            client.LogInAsync(
                new Credential
                {
                    Mechanism = Mechanisms.X509,
                    Source = "$external",
                    UserName = claimed,
                }
            )
        );

        Assert.Equal(18, refused.Code);
        Assert.Equal("weir: Authentication failed.", refused.Reply["errmsg"].AsString);
    }

    [Fact]
    public async Task A_client_without_a_certificate_logs_in_by_password_where_certificates_are_optional()
    {
        await using ProxyStage stage = await StartAsync(ClientCertificates.Optional);
        await using RawClient client = await ConnectAsync(stage, null);

        await client.LogInAsync(LoginClient.Credential("ada", "a"));

        Assert.Equal(1, (await client.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_not_served_where_one_is_required()
    {
        await using ProxyStage stage = await StartAsync(ClientCertificates.Required);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using RawClient client = await ConnectAsync(stage, null);
            await client.RunAsync(new() { ["hello"] = 1 });
        });

        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.TlsFailed == 1, "the handshake has failed");
        Assert.Equal(0, stage.Proxy.Statistics.ClientsTotal);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var stranger = new TestAuthority();
        await using ProxyStage stage = await StartAsync(ClientCertificates.Optional);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using RawClient client = await ConnectAsync(
                stage,
                stranger.WriteClient("CN=reports,O=Example"),
                true
            );
            await client.RunAsync(new() { ["hello"] = 1 });
        });

        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.TlsFailed == 1, "the handshake has failed");
    }

    [Fact]
    public async Task Who_does_not_speak_TLS_or_only_an_old_one_is_closed()
    {
        await using ProxyStage stage = await StartAsync(ClientCertificates.None);
        await using RawClient plain = await stage.ConnectAsync();

        await plain.SendBytesAsync(Messages.Msg(new() { ["hello"] = 1 }));
        Assert.Equal(0, await DrainAsync(plain));
        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.TlsFailed == 1, "the handshake has failed");
        Assert.Contains(
            stage.Logged(LogLevel.Information),
            line => line.Contains("The TLS handshake with", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_handshake_that_stops_is_given_up_and_meanwhile_holds_up_only_its_own_place()
    {
        await using ProxyStage stage = await StartAsync(
            ClientCertificates.None,
            new ProxyLimits { TlsHandshakes = 1, TlsHandshakeTimeout = TimeSpan.FromMilliseconds(300) }
        );
        await using RawClient silent = await stage.ConnectAsync();
        await using RawClient waiting = await stage.ConnectAsync();

        await ProxyStage.UntilAsync(() => stage.Proxy.Statistics.TlsFailed == 2, "both have been given up");
        await using RawClient next = await ConnectAsync(stage, null);
        Assert.Equal(1, (await next.RunAsync(new() { ["hello"] = 1 }))["ok"].ToInt32());
    }

    [Fact]
    public async Task A_new_certificate_is_shown_to_those_who_come_and_disturbs_nobody_who_is_there()
    {
        var clock = new ManualClock(DateTimeOffset.UtcNow);
        await using ProxyStage stage = await StartAsync(ClientCertificates.None, time: clock);
        await using RawClient there = await ConnectAsync(stage, null);
        await there.LogInAsync(LoginClient.Credential("ada", "a"));
        string? old = _shown;
        (string certificate, _) = _authority.WriteServer("server");

        clock.Advance(TimeSpan.FromSeconds(10));
        await using RawClient next = await ConnectAsync(stage, null);
        await next.LogInAsync(LoginClient.Credential("ada", "a"));
        string? now = _shown;
        await File.WriteAllTextAsync(certificate, "spoilt", TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(10));
        await using RawClient last = await ConnectAsync(stage, null);
        await last.LogInAsync(LoginClient.Credential("ada", "a"));

        Assert.NotEqual(old, now);
        Assert.Equal(now, _shown);
        Assert.Single(stage.Logged(LogLevel.Information), line => line.Contains("was loaded anew"));
        Assert.Single(stage.Logged(LogLevel.Warning), line => line.Contains("so the old one stays"));
        foreach (RawClient client in new[] { there, next, last })
            Assert.Equal(1, (await client.RunAsync(new() { ["find"] = "c" }))["ok"].ToInt32());
    }

    private Task<ProxyStage> StartAsync(
        ClientCertificates certificates,
        ProxyLimits? limits = null,
        TimeProvider? time = null
    )
    {
        (string certificate, string key) = _authority.WriteServer("server");
        return ProxyStage.StartAsync(
            r => r.OkAsync(),
            "heartbeatFrequencyMS=3600000",
            listener: l =>
                l with
                {
                    Tls = new()
                    {
                        CertificateFile = certificate,
                        KeyFile = key,
                        AuthorityFile = _authority.AuthorityFile,
                        ClientCertificates = certificates,
                    },
                },
            limits: limits,
            users: Users,
            time: time
        );
    }

    private bool AcceptAny(
        object sender,
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors
    )
    {
        _shown = certificate?.GetCertHashString();
        return certificate is not null;
    }

    private async Task<RawClient> ConnectAsync(ProxyStage stage, string? subject, bool isFile = false)
    {
        RawClient plain = await stage.ConnectAsync();
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls12,
            // The listener's certificate is not what is tested here.
            RemoteCertificateValidationCallback = AcceptAny,
        };
        if (subject is not null)
        {
            string path = isFile ? subject : _authority.WriteClient(subject);
            options.ClientCertificates = [X509Certificate2.CreateFromPemFile(path, path)];
        }
        return new(
            await TlsChannel.AuthenticateAsClientAsync(plain.Channel, options, CancellationToken.None)
        );
    }

    /// <summary>The bytes of whole messages until the end: an alert is none.</summary>
    private static async Task<int> DrainAsync(RawClient client)
    {
        try
        {
            return await client.ReadMessageAsync() is { } message ? message.Length : 0;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            return 0;
        }
    }
}

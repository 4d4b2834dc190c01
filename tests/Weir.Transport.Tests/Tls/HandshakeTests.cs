using System.Net.Security;
using System.Security.Authentication;
using Weir.Transport.Tests.Contract;

namespace Weir.Transport.Tests.Tls;

/// <summary>Handshakes that fail.</summary>
public sealed class HandshakeTests
{
    private static readonly SslServerAuthenticationOptions _server = new()
    {
        ServerCertificate = TestCertificate.Localhost,
    };

    private static readonly SslClientAuthenticationOptions _client = new() { TargetHost = "localhost" };

    [Fact(Timeout = 30_000)]
    public async Task A_certificate_that_is_not_trusted_is_refused_and_both_channels_end()
    {
        await using var network = new MemoryNetwork();
        var (client, server) = network.CreatePair();
        var accepting = TlsChannel.AuthenticateAsServerAsync(server, _server, CancellationToken.None);
        await Assert.ThrowsAsync<AuthenticationException>(() =>
            TlsChannel.AuthenticateAsClientAsync(client, _client, CancellationToken.None)
        );
        Assert.Equal(ChannelEnd.Aborted, client.End);
        try
        {
            // A TLS 1.3 server is done before the client has judged it.
            await using var tls = await accepting;
            Assert.Equal(0, await tls.ReceiveAsync(new byte[1]));
        }
        catch (AuthenticationException)
        {
            Assert.Equal(ChannelEnd.Aborted, server.End);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_peer_that_does_not_speak_tls_fails_the_handshake()
    {
        await using var network = new MemoryNetwork();
        var (client, server) = network.CreatePair();
        var accepting = TlsChannel.AuthenticateAsServerAsync(server, _server, CancellationToken.None);
        Assert.True(await client.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray()));
        await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
        Assert.Equal(ChannelEnd.Aborted, server.End);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_peer_that_goes_fails_the_handshake()
    {
        await using var network = new MemoryNetwork();
        var (client, server) = network.CreatePair();
        var accepting = TlsChannel.AuthenticateAsServerAsync(server, _server, CancellationToken.None);
        await client.DisposeAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => accepting);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_handshake_can_be_cancelled()
    {
        await using var network = new MemoryNetwork();
        var (client, _) = network.CreatePair();
        using var patience = new CancellationTokenSource();
        var connecting = TlsChannel.AuthenticateAsClientAsync(client, _client, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Equal(ChannelEnd.Aborted, client.End);
    }

    [Fact(Timeout = 30_000)]
    public async Task Bytes_that_are_no_record_break_the_channel()
    {
        await using var network = new MemoryNetwork();
        var (client, server) = network.CreatePair();
        var accepting = TlsChannel.AuthenticateAsServerAsync(server, _server, CancellationToken.None);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = TestCertificate.IsLocalhost,
        };
        await using var tlsClient = await TlsChannel.AuthenticateAsClientAsync(
            client,
            options,
            CancellationToken.None
        );
        await using var tlsServer = await accepting;

        // Past the client's TLS: what arrives is a record that nobody encrypted.
        Assert.True(
            await client.SendAsync(
                new byte[] { 23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }
            )
        );
        Assert.Equal(0, await tlsServer.ReceiveAsync(new byte[10]));
        Assert.Equal(ChannelEnd.Broken, tlsServer.End);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_continuation_stays_on_the_loop()
    {
        Assert.SkipUnless(EpollNetwork.IsSupported, "needs Linux");
        await using var network = new EpollNetwork(2);
        var (client, server) = await Loops.EventLoopTests.ConnectAsync(network);
        await network
            .Loops[0]
            .RunAsync(async () =>
            {
                client.MoveToCurrentLoop();
                server.MoveToCurrentLoop();
                var accepting = TlsChannel.AuthenticateAsServerAsync(server, _server, CancellationToken.None);
                var options = new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    RemoteCertificateValidationCallback = TestCertificate.IsLocalhost,
                };
                await using var one = await TlsChannel.AuthenticateAsClientAsync(
                    client,
                    options,
                    CancellationToken.None
                );
                await using var other = await accepting;
                var buffer = new byte[4096];
                for (var i = 0; i < 100; i++)
                {
                    var receiving = other.ReceiveAsync(buffer);
                    Assert.True(await one.SendAsync(buffer.AsMemory(0, 100), buffer.AsMemory(0, 200)));
                    Assert.Equal(300, await receiving.ConfigureAwait(false));
                    Assert.Same(network.Loops[0], EventLoop.Current);
                }
            });
    }
}

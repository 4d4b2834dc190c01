using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace Weir.Transport.Tests.Contract;

/// <summary>Another network's channels under TLS.</summary>
internal sealed class TlsNetwork(Network inner, SslProtocols protocol) : Network
{
    private readonly SslClientAuthenticationOptions _client = new()
    {
        TargetHost = "localhost",
        EnabledSslProtocols = protocol,
        RemoteCertificateValidationCallback = TestCertificate.IsLocalhost,
    };

    private readonly SslServerAuthenticationOptions _server = new()
    {
        ServerCertificate = TestCertificate.Localhost,
        EnabledSslProtocols = protocol,
    };

    public override async ValueTask<Channel> ConnectAsync(
        EndPoint endPoint,
        CancellationToken cancellationToken
    ) =>
        await TlsChannel.AuthenticateAsClientAsync(
            await inner.ConnectAsync(endPoint, cancellationToken),
            _client,
            cancellationToken
        );

    public override Listener Listen(EndPoint endPoint, ListenerOptions options, Func<Channel, Task> serve) =>
        inner.Listen(
            endPoint,
            options,
            async channel =>
            {
                await using var tls = await TlsChannel.AuthenticateAsServerAsync(
                    channel,
                    _server,
                    CancellationToken.None
                );
                await serve(tls);
            }
        );

    public override Task RunAsync(Func<Task> work) => inner.RunAsync(work);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}

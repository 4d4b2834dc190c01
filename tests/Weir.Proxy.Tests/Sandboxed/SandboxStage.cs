using System.Net;
using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.Tests.Scripted;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Proxy.Tests.Sandboxed;

/// <summary>A proxy in front of a sandbox, over loopback.</summary>
internal sealed class SandboxStage : IAsyncDisposable
{
    private SandboxStage(Network network, SandboxDeployment sandbox, ProxyServer proxy)
    {
        Network = network;
        Sandbox = sandbox;
        Proxy = proxy;
    }

    public Network Network { get; }

    public SandboxDeployment Sandbox { get; }

    public ProxyServer Proxy { get; }

    public EndPoint EndPoint => Proxy.EndPoints[0];

    public static async Task<SandboxStage> StartAsync(
        SandboxOptions sandboxOptions,
        string options = "",
        Network? network = null,
        ProxyLimits? limits = null,
        double traceRatio = 1
    )
    {
        network ??= Network.CreateDefault();
        SandboxDeployment sandbox = await SandboxDeployment.StartAsync(
            sandboxOptions with
            {
                Network = network,
            }
        );
        string separator = sandbox.ConnectionString.Contains('?') ? "&" : "?";
        var proxy = new ProxyServer(
            new ProxyOptions
            {
                Listeners = [new ListenerSettings { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }],
                Upstreams =
                [
                    new UpstreamSettings
                    {
                        ConnectionString = ConnectionString.Parse(
                            options.Length == 0
                                ? sandbox.ConnectionString
                                : sandbox.ConnectionString + separator + options
                        ),
                    },
                ],
                Limits = limits ?? new ProxyLimits(),
                TraceRatio = traceRatio,
            },
            network
        );
        await proxy.StartAsync();
        return new SandboxStage(network, sandbox, proxy);
    }

    public async Task<RawClient> ConnectAsync() =>
        new(await Network.ConnectAsync(EndPoint, CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Sandbox.DisposeAsync();
        await Network.DisposeAsync();
    }
}

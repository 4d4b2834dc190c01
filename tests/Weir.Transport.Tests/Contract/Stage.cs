using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Weir.Transport.Tests.Contract;

/// <summary>A network of some kind with what a test needs around it. Test bodies run on one of its loops.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly List<Listener> _listeners = [];
    private readonly List<string> _paths = [];

    private Stage(NetworkKind kind, Network network)
    {
        Kind = kind;
        Network = network;
    }

    public static TheoryData<NetworkKind> All =>
        [
            .. Enum.GetValues<NetworkKind>()
                .Where(kind =>
                    kind < NetworkKind.EpollTcp
                    || (kind < NetworkKind.UringTcp ? EpollNetwork.IsSupported : UringNetwork.IsSupported)
                ),
        ];

    /// <summary>Those whose connect does not end with a handshake.</summary>
    public static TheoryData<NetworkKind> Plain =>
        [
            .. All.Select(row => row.Data)
                .Where(kind =>
                    kind
                        is not (
                            NetworkKind.TlsMemory
                            or NetworkKind.TlsSockets
                            or NetworkKind.TlsEpoll
                            or NetworkKind.TlsUring
                        )
                ),
        ];

    public NetworkKind Kind { get; }

    public Network Network { get; }

    private bool IsUnix => Kind is NetworkKind.SocketsUnix or NetworkKind.EpollUnix or NetworkKind.UringUnix;

    public static async Task RunAsync(NetworkKind kind, Func<Stage, Task> test)
    {
        await using var stage = new Stage(kind, Open(kind));
        await stage.Network.RunAsync(() => test(stage));
    }

    public EndPoint FreeEndPoint()
    {
        if (!IsUnix)
        {
            return new IPEndPoint(IPAddress.Loopback, 0);
        }

        var path = Path.Combine(Path.GetTempPath(), $"weir-{Guid.NewGuid():N}.sock");
        _paths.Add(path);
        return new UnixDomainSocketEndPoint(path);
    }

    public Listener Listen(Func<Channel, Task> serve, ListenerOptions? options = null)
    {
        var listener = Network.Listen(FreeEndPoint(), options ?? new ListenerOptions(), serve);
        _listeners.Add(listener);
        return listener;
    }

    public ValueTask<Channel> ConnectAsync(Listener listener) =>
        Network.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);

    /// <summary>Two ends of a connection, both on the caller's loop.</summary>
    public async Task<(Channel Client, Channel Server)> ConnectPairAsync()
    {
        var accepted = new TaskCompletionSource<Channel>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = Listen(channel =>
        {
            accepted.TrySetResult(channel);
            return ended.Task;
        });
        var client = await ConnectAsync(listener);
        var server = await accepted.Task;
        server.MoveToCurrentLoop();
        await listener.StopAcceptingAsync();
        return (client, server);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync();
        }

        await Network.DisposeAsync();
        foreach (var path in _paths)
        {
            Assert.False(File.Exists(path), $"{path} was left behind");
        }
    }

    private static Network Open(NetworkKind kind) =>
        kind switch
        {
            NetworkKind.Memory => new MemoryNetwork(),
            NetworkKind.SocketsTcp or NetworkKind.SocketsUnix => new SocketNetwork(),
            NetworkKind.TlsMemory => new TlsNetwork(new MemoryNetwork(), SslProtocols.Tls13),
            NetworkKind.TlsSockets => new TlsNetwork(new SocketNetwork(), SslProtocols.Tls12),
            NetworkKind.TlsEpoll => new TlsNetwork(new EpollNetwork(2), SslProtocols.Tls13),
            NetworkKind.EpollOneLoop => new EpollNetwork(1),
            NetworkKind.UringOneLoop => new UringNetwork(1),
            NetworkKind.TlsUring => new TlsNetwork(new UringNetwork(2), SslProtocols.Tls13),
            NetworkKind.UringTcp or NetworkKind.UringUnix => new UringNetwork(3),
            _ => new EpollNetwork(3),
        };
}

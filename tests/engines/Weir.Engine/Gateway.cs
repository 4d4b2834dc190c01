using System.Net;
using System.Security.Authentication;
using Weir.Transport;

namespace Weir.Engine;

/// <summary>
/// A door to <see cref="DocumentDb"/> that speaks MongoDB's wire protocol, as the primary of a replica set of one.
/// Several can stand before one engine: each counts its own connections. Thread-safe.
/// </summary>
public sealed class Gateway : IAsyncDisposable
{
    private readonly Network _network = Network.CreateDefault();
    private readonly Listener _listener;
    private readonly TlsServerFiles? _tls;
    private int _current;
    private int _peak;
    private long _accepted;

    private Gateway(DocumentDb engine, GatewayOptions options)
    {
        Engine = engine;
        Options = options;
        _tls = options.Tls is null ? null : new TlsServerFiles(options.Tls, TimeProvider.System);
        _listener = _network.Listen(new IPEndPoint(IPAddress.Loopback, 0), new ListenerOptions(), ServeAsync);
    }

    public GatewayOptions Options { get; }

    public string Address => _listener.LocalEndPoint.ToString()!;

    /// <summary>With the replica set's name, without credentials.</summary>
    public string ConnectionString => $"mongodb://{Address}/?replicaSet={Options.ReplicaSetName}";

    /// <summary>Connections that are open.</summary>
    public int Connections => Volatile.Read(ref _current);

    /// <summary>The most connections that were ever open at the same moment.</summary>
    public int PeakConnections => Volatile.Read(ref _peak);

    /// <summary>Cursors that are open.</summary>
    public int OpenCursors => Cursors.Count;

    /// <summary>Transactions that are neither committed nor aborted.</summary>
    public int OpenTransactions => Sessions.OpenTransactions;

    internal DocumentDb Engine { get; }

    internal ClusterClock Clock { get; } = new();

    internal CursorTable Cursors { get; } = new();

    internal SessionTable Sessions { get; } = new();

    internal void Left() => Interlocked.Decrement(ref _current);

    internal long TotalCreated => Volatile.Read(ref _accepted);

    /// <summary>Listens on loopback, on a port that the system chooses.</summary>
    public static Gateway Start(DocumentDb engine, GatewayOptions? options = null) =>
        new(engine, options ?? new GatewayOptions());

    /// <summary>Closes its connections, cursors and transactions; the engine goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await Cursors.DisposeAsync();
        await Sessions.DisposeAsync();
        await _network.DisposeAsync();
    }

    private async Task ServeAsync(Channel channel)
    {
        var current = Interlocked.Increment(ref _current);
        for (var peak = PeakConnections; current > peak; peak = PeakConnections)
        {
            Interlocked.CompareExchange(ref _peak, current, peak);
        }

        if (_tls is null)
        {
            await TalkAsync(channel);
            return;
        }

        TlsChannel secure;
        try
        {
            secure = await TlsChannel.AuthenticateAsServerAsync(
                channel,
                _tls.Options,
                CancellationToken.None
            );
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            Left();
            return;
        }

        await using (secure)
        {
            await TalkAsync(secure);
        }
    }

    private async Task TalkAsync(Channel channel)
    {
        var connection = new GatewayConnection(this, channel, Interlocked.Increment(ref _accepted));
        try
        {
            await connection.RunAsync();
        }
        finally
        {
            connection.Leave();
        }
    }
}

using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Weir.Pooling.Authentication;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Pooling.Connections;

/// <summary>Makes established connections: connected, TLS, handshake, authenticated. Thread-safe.</summary>
/// <remarks>
/// The time limit and the caller's token both work by aborting the channel, so whatever is under way ends at once.
/// Errors say how far it had come: discovery treats those before and after the handshake differently.
/// </remarks>
public sealed class ConnectionOpener
{
    private static readonly HelloReply NotGreeted = new([]);

    private readonly Network _network;
    private readonly TimeProvider _clock;
    private readonly Authenticator? _authenticator;
    private readonly ClientIntroduction _client;

    /// <summary>Creates an opener for the servers of one deployment.</summary>
    /// <param name="network">Where channels come from.</param>
    /// <param name="settings">How connections are made.</param>
    /// <param name="clock">The clock of the time limit.</param>
    /// <exception cref="AuthenticationFailedException">The credential lacks what its mechanism needs.</exception>
    /// <exception cref="NotSupportedException">Weir cannot authenticate with the credential's mechanism.</exception>
    public ConnectionOpener(Network network, ConnectionSettings settings, TimeProvider clock)
        : this(network, settings, clock, new ClientIntroduction(settings.AppName)) { }

    internal ConnectionOpener(
        Network network,
        ConnectionSettings settings,
        TimeProvider clock,
        ClientIntroduction client
    )
    {
        _network = network;
        _clock = clock;
        Settings = settings;
        _authenticator = settings.Credential is { } credential
            ? Authenticator.Create(credential, time: clock)
            : null;
        _client = client;
    }

    /// <summary>How connections are made.</summary>
    public ConnectionSettings Settings { get; }

    /// <summary>
    /// Adds a framework's name to what later connections say of the client (the handshake specification's
    /// "append metadata"); what is open stays as it is.
    /// </summary>
    public void AppendMetadata(string name, string? version, string? platform) =>
        _client.Append(name, version, platform);

    /// <summary>Opens a connection that a pool can hand out: the handshake is done and it is authenticated.</summary>
    /// <exception cref="ConnectionException">It could not be made; the message says what failed and where.</exception>
    /// <exception cref="CommandException">The server refused the handshake or the credential.</exception>
    /// <exception cref="AuthenticationFailedException">The server did not prove that it knows the password.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask<ServerConnection> OpenAsync(
        ServerAddress address,
        long id,
        CancellationToken cancellationToken
    ) => OpenAsync(address, id, isMonitor: false, cancellationToken);

    /// <summary>
    /// Opens a connection for a monitor: the handshake is done (its reply is <see cref="ServerConnection.Hello"/>),
    /// and it is never authenticated.
    /// </summary>
    /// <exception cref="ConnectionException">It could not be made; the message says what failed and where.</exception>
    /// <exception cref="CommandException">The server refused the handshake.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask<ServerConnection> OpenMonitorAsync(
        ServerAddress address,
        long id,
        CancellationToken cancellationToken
    ) => OpenAsync(address, id, isMonitor: true, cancellationToken);

    private async ValueTask<ServerConnection> OpenAsync(
        ServerAddress address,
        long id,
        bool isMonitor,
        CancellationToken cancellationToken
    )
    {
        if (SynchronizationContext.Current is not null)
        {
            return await OpenHereAsync(address, id, isMonitor, cancellationToken);
        }

        // A timer's thread, or a pool's: a channel is used on the loop that it belongs to.
        ServerConnection? opened = null;
        await _network.RunAsync(async () =>
            opened = await OpenHereAsync(address, id, isMonitor, cancellationToken)
        );
        return opened!;
    }

    private async ValueTask<ServerConnection> OpenHereAsync(
        ServerAddress address,
        long id,
        bool isMonitor,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer =
            Settings.ConnectTimeout > TimeSpan.Zero
                ? new CancellationTokenSource(Settings.ConnectTimeout, _clock)
                : null;
        using var registration = timer?.Token.UnsafeRegister(
            static l => ((CancellationTokenSource)l!).Cancel(),
            limit
        );
        var stage = ConnectionStage.Connect;
        Channel? channel = null;
        ServerConnection? connection = null;
        try
        {
            channel = await _network.ConnectAsync(address.ToEndPoint(), limit.Token);
            if (Settings.Tls is { } tls)
            {
                stage = ConnectionStage.Tls;
                channel = await TlsChannel.AuthenticateAsClientAsync(
                    channel,
                    TlsFor(tls, address),
                    limit.Token
                );
            }

            connection = new ServerConnection(address, id, channel, NotGreeted)
            {
                Stage = stage = ConnectionStage.Hello,
                // A monitor's messages are hellos, which are never compressed.
                Compression =
                    isMonitor || Settings.Compressors.Count == 0
                        ? null
                        : new MessageCompression(Settings.Compressors, Settings.ZlibCompressionLevel),
                ApiVersion = Settings.ServerApiVersion,
            };
            var authentication = isMonitor ? null : _authenticator?.Begin();
            var asked = _clock.GetTimestamp();
            connection.Hello = await GreetAsync(connection, authentication, isMonitor, limit.Token);
            connection.HelloDuration = _clock.GetElapsedTime(asked);
            connection.Stage = stage = ConnectionStage.Authentication;
            if (authentication is not null)
            {
                await authentication.CompleteAsync(
                    connection.Hello.Document,
                    connection.RunCommandAsync,
                    limit.Token
                );
                connection.Reauthentication = new Reauthentication(_authenticator!, authentication);
            }

            connection.Stage = ConnectionStage.Exchange;
            if (!isMonitor && Settings.SocketTimeout > TimeSpan.Zero)
            {
                connection.LimitWaits(Settings.SocketTimeout, _clock);
            }
            return connection;
        }
        catch (Exception exception)
        {
            channel?.Abort();
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
            else if (channel is not null)
            {
                await channel.DisposeAsync();
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (timer?.IsCancellationRequested == true)
            {
                throw TimedOut(address, stage, connection);
            }

            if (exception is ConnectionException or CommandException or AuthenticationFailedException)
            {
                throw;
            }

            throw Failed(address, stage, exception);
        }
    }

    private async ValueTask<HelloReply> GreetAsync(
        ServerConnection connection,
        Authentication.Authentication? authentication,
        bool isMonitor,
        CancellationToken cancellationToken
    )
    {
        var isLoadBalanced = Settings.LoadBalanced && !isMonitor;
        var hello =
            isLoadBalanced || Settings.ServerApiVersion is not null
                ? new BsonDocument { ["hello"] = 1, ["helloOk"] = true }
                : new BsonDocument { ["isMaster"] = 1, ["helloOk"] = true };
        hello["backpressure"] = "2";
        hello["client"] = _client.Document;
        if (isLoadBalanced)
        {
            hello["loadBalanced"] = true;
        }

        if (connection.Compression is { } compression)
        {
            hello["compression"] = new BsonArray(compression.Names.Select(static n => (BsonValue)n));
        }

        authentication?.AddTo(hello);
        var reply = new HelloReply(await connection.RunCommandAsync("admin", hello, cancellationToken));
        if (isLoadBalanced && reply.ServiceId is null)
        {
            throw new ConnectionException(
                connection.Address,
                ConnectionStage.Hello,
                "Driver attempted to initialize in load balancing mode, but the server does not support this mode. Remove loadBalanced=true from the connection string."
            );
        }

        connection.Compression?.Agree(reply);
        return reply;
    }

    private static SslClientAuthenticationOptions TlsFor(
        Func<ServerAddress, SslClientAuthenticationOptions> tls,
        ServerAddress address
    )
    {
        var options = tls(address);
        options.TargetHost ??= address.Host;
        return options;
    }

    private ConnectionException TimedOut(
        ServerAddress address,
        ConnectionStage stage,
        ServerConnection? connection
    )
    {
        var what = stage switch
        {
            ConnectionStage.Connect => "connecting",
            ConnectionStage.Tls => "the TLS handshake",
            ConnectionStage.Hello => "the answer to hello",
            _ => "authentication",
        };
        var reason =
            $"{what} took longer than connectTimeoutMS ({Settings.ConnectTimeout.TotalMilliseconds:0} ms for making a connection)";
        return new(address, stage, reason)
        {
            IsTimeout = true,
            Labels = stage <= ConnectionStage.Hello ? ErrorLabels.Overload : [],
            ServiceId = connection?.Hello.ServiceId,
        };
    }

    private static ConnectionException Failed(
        ServerAddress address,
        ConnectionStage stage,
        Exception exception
    ) =>
        exception switch
        {
            // A name that does not resolve says nothing of the server's load.
            ConnectException
            {
                Error: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
            } e => new(
                address,
                stage,
                $"{e.Message}. Is the host name right, and can this machine resolve it?",
                e
            ),
            ConnectException e => new(
                address,
                stage,
                $"{e.Message}. Is the server running, and reachable from here?",
                e
            )
            {
                Labels = ErrorLabels.Overload,
            },
            // Neither does a certificate that was refused; a connection that ended during TLS may.
            AuthenticationException e => new(
                address,
                stage,
                $"TLS failed: {e.Message} Does the server's certificate match its name, and does tlsCAFile name who signed it?",
                e
            ),
            _ => new(address, stage, $"making a connection failed: {exception.Message}", exception)
            {
                Labels =
                    stage <= ConnectionStage.Hello && exception is IOException ? ErrorLabels.Overload : [],
            },
        };
}

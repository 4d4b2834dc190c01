using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Metrics;
using Weir.Pooling.Pools;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Pooling;

/// <summary>
/// One member of a deployment: its address, its connection pool, and where failures on its connections are told.
/// Thread-safe.
/// </summary>
public sealed class Server
{
    private readonly DeploymentState _state;
    private readonly ServerMonitor? _monitor;
    private readonly PoolingMetrics? _metrics;
    private volatile ServerDescription _description;
    private bool _started;

    internal Server(
        ServerAddress address,
        DeploymentState state,
        DeploymentSettings settings,
        ConnectionOpener opener
    )
    {
        Address = address;
        _state = state;
        _description = ServerDescription.Unknown(address);
        var time = settings.Options.Time;
        // The seam for more credentials than the connection string's: pools are of a server and a credential, so
        // another credential is another pool here, made with an opener of its own, readied and cleared with this.
        _metrics = settings.Options.Metrics;
        var tags = new PoolTags(settings.Options.Name, settings.Connections.Credential?.UserName, address);
        Pool = new ConnectionPool(
            address,
            settings.Pool,
            (id, token) => opener.OpenAsync(address, id, token),
            time,
            settings.Options.PoolEvents,
            failure => OnEstablishmentFailed(in failure),
            settings.Options.Share
        )
        {
            Timings = _metrics?.TimingsOf(tags, time),
        };
        _metrics?.Add(this, tags);
        _monitor = settings.IsLoadBalanced
            ? null
            : new ServerMonitor(
                address,
                settings.Monitor,
                opener,
                time,
                state.Events,
                check => state.OnChecked(this, check)
            );
    }

    /// <summary>The server's address.</summary>
    public ServerAddress Address { get; }

    /// <summary>The server's connection pool.</summary>
    public ConnectionPool Pool { get; }

    /// <summary>What is known of the server at this moment.</summary>
    public ServerDescription Description
    {
        get => _description;
        internal set => _description = value;
    }

    /// <summary>Operations that the server has in hand: connections in use, and check-outs that wait for one.</summary>
    public int InUse
    {
        get
        {
            var pool = Pool.Statistics;
            return pool.InUse + pool.Waiting;
        }
    }

    /// <summary>
    /// Tells of a reply to an operation. <see langword="true"/>: it said that the server is not what it was taken
    /// for ("not writable primary", "node is recovering"), so that another selection may find another server.
    /// Only replies with <c>ok: 0</c> or a <c>writeConcernError</c> can.
    /// </summary>
    public bool HandleReply(PooledConnection connection, BsonDocument reply)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(reply);
        if (StateChangeError.Of(reply) is null)
        {
            return false;
        }
        _state.OnFailure(
            this,
            ServerFailure.Command(
                connection.Generation,
                FailurePhase.Established,
                reply,
                connection.ServiceId
            )
        );
        return true;
    }

    /// <summary>
    /// Tells that a connection ended in the middle of an operation (or, with <paramref name="isTimeout"/>, that
    /// nothing was heard in time, which says nothing about the server).
    /// </summary>
    public void HandleNetworkError(PooledConnection connection, Exception error, bool isTimeout = false)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(error);
        _state.OnFailure(
            this,
            ServerFailure.Network(
                connection.Generation,
                FailurePhase.Established,
                error,
                isTimeout,
                connection.ServiceId
            )
        );
    }

    /// <summary>Runs a command of Weir's own.</summary>
    /// <exception cref="CommandException">The server answered with an error.</exception>
    /// <exception cref="ConnectionException">The network failed.</exception>
    /// <exception cref="PoolClearedException">The server is not known to be there.</exception>
    /// <exception cref="PoolTimeoutException">No connection was free in time.</exception>
    public ValueTask<BsonDocument> RunCommandAsync(
        string database,
        BsonDocument command,
        CancellationToken cancellationToken = default
    ) => RunCommandAsync(database, command, default, cancellationToken);

    /// <summary>The same; <paramref name="turn"/> ends the wait for a connection.</summary>
    internal async ValueTask<BsonDocument> RunCommandAsync(
        string database,
        BsonDocument command,
        Deadline turn,
        CancellationToken cancellationToken
    )
    {
        var connection = await Pool.CheckOutAsync(turn, cancellationToken);
        try
        {
            var reply = await RunAuthenticatedAsync(connection, database, command, cancellationToken);
            HandleReply(connection, reply);
            return reply;
        }
        catch (CommandException e)
        {
            HandleReply(connection, e.Reply);
            throw;
        }
        catch (ConnectionException e)
        {
            HandleNetworkError(connection, e, e.IsTimeout);
            throw;
        }
        finally
        {
            connection.CheckIn();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _description.ToString();

    /// <summary>Renews a connection's credential, which the server said has expired.</summary>
    /// <exception cref="CommandException">The server refused the credential.</exception>
    /// <exception cref="ConnectionException">The network failed.</exception>
    /// <exception cref="Authentication.AuthenticationFailedException">It cannot succeed.</exception>
    internal async ValueTask ReauthenticateAsync(
        PooledConnection connection,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await connection.Connection.ReauthenticateAsync(cancellationToken);
        }
        catch (ConnectionException e)
        {
            HandleNetworkError(connection, e, e.IsTimeout);
            throw;
        }
    }

    private static async ValueTask<BsonDocument> RunAuthenticatedAsync(
        PooledConnection connection,
        string database,
        BsonDocument command,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await connection.Connection.RunCommandAsync(database, command, cancellationToken);
        }
        catch (CommandException e) when (connection.Connection.MayReauthenticate(e))
        {
            await connection.Connection.ReauthenticateAsync(cancellationToken);
        }
        return await connection.Connection.RunCommandAsync(database, command, cancellationToken);
    }

    internal void StartMonitor(Transport.Network network)
    {
        if (!_started)
        {
            _started = true;
            _monitor?.Start(network);
        }
    }

    internal void RequestCheck() => _monitor?.RequestCheck();

    internal void CancelCheck() => _monitor?.CancelCheck();

    internal async Task CloseAsync()
    {
        if (_monitor is not null)
        {
            await _monitor.DisposeAsync();
        }
        await Pool.CloseAsync();
        _metrics?.Remove(this);
    }

    private void OnEstablishmentFailed(in EstablishmentFailure failure)
    {
        if (ServerFailure.OfHandshake(failure) is { } told)
        {
            _state.OnFailure(this, told);
        }
    }
}

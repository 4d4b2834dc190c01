using Weir.Pooling;
using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Doctor.Looks;

/// <summary>
/// Looks at a deployment without changing anything: at most two connections per server, one for commands and one
/// that watches the topology, both under an application name of their own so that they can be counted out.
/// </summary>
/// <remarks>For one caller at a time.</remarks>
public sealed class Observer : IAsyncDisposable
{
    // A set whose last member is down must not hold up the look at the others.
    private static readonly TimeSpan DiscoveryPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DiscoveryStep = TimeSpan.FromMilliseconds(20);

    private readonly Network _network = Network.CreateDefault();
    private readonly Deployment _deployment;
    private readonly CommandRunner _runner;
    private readonly TimeProvider _time;
    private readonly long _started;

    /// <summary>Prepares to look; nothing is connected yet.</summary>
    public Observer(ConnectionString connectionString, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        _time = time ?? TimeProvider.System;
        _started = _time.GetTimestamp();
        OwnAppName = $"weir doctor {Guid.NewGuid():N}"[..20];
        _deployment = new Deployment(
            connectionString with
            {
                AppName = OwnAppName,
                MaxPoolSize = 1,
                MinPoolSize = 0,
                MaxIdleTime = TimeSpan.Zero,
                WaitQueueTimeout = null,
                // Polling needs one connection per server, streaming two.
                ServerMonitoringMode = ServerMonitoringMode.Poll,
            },
            _network,
            new DeploymentOptions { Time = _time }
        );
        _runner = new CommandRunner(_deployment, new CommandRunnerOptions { Time = _time });
    }

    /// <summary>The application name of this program's own connections.</summary>
    public string OwnAppName { get; }

    /// <summary>What is known of the deployment.</summary>
    public TopologyDescription Topology => _deployment.Topology;

    /// <summary>Time since the looking began.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>Finds the servers. Once, before the first look.</summary>
    /// <exception cref="LookException">None answers, or it refuses the credentials.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _deployment.Start();
        await GuardAsync(async () =>
            await _deployment.SelectServerAsync(
                ReadPreference.Nearest,
                write: false,
                cancellationToken: cancellationToken
            )
        );
        var patience = Deadline.After(DiscoveryPatience, _time);
        while (Topology.Servers.Any(server => !server.IsKnown) && !patience.HasPassed(_time))
        {
            await Task.Delay(DiscoveryStep, _time, cancellationToken);
        }
    }

    /// <summary>Looks at every server that answers, one after the other.</summary>
    /// <exception cref="LookException">A server refuses <c>serverStatus</c>, or none is left.</exception>
    public async Task<IReadOnlyList<ServerLook>> LookAsync(CancellationToken cancellationToken)
    {
        var looks = new List<ServerLook>();
        foreach (var server in _deployment.Servers.Where(server => server.Description.IsDataBearing))
        {
            looks.Add(await GuardAsync(() => LookAsync(server, cancellationToken)));
        }

        return looks.Count > 0
            ? looks
            : throw new LookException($"no server can be looked at; topology {Topology}");
    }

    /// <summary>Runs a command on every data-bearing server; servers that refuse it are left out.</summary>
    internal async Task<IReadOnlyDictionary<ServerAddress, BsonDocument>> AskAsync(
        BsonDocument command,
        CancellationToken cancellationToken
    )
    {
        var replies = new Dictionary<ServerAddress, BsonDocument>();
        foreach (var server in _deployment.Servers.Where(server => server.Description.IsDataBearing))
        {
            try
            {
                replies[server.Address] = await server.RunCommandAsync("admin", command, cancellationToken);
            }
            catch (CommandException)
            {
                // It says no: what the command would have told stays unknown.
            }
        }

        return replies;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _runner.DisposeAsync();
        await _deployment.DisposeAsync();
        await _network.DisposeAsync();
    }

    private async Task<ServerLook> LookAsync(Server server, CancellationToken cancellationToken)
    {
        var status = await server.RunCommandAsync("admin", ServerStatusReader.Command(), cancellationToken);
        var look = ServerStatusReader.Read(status, server, Elapsed) with { Own = OwnConnections(server) };
        try
        {
            return await WithConnectionsAsync(look, server, cancellationToken);
        }
        catch (CommandException error)
        {
            return look with { BlindSpots = [.. look.BlindSpots, Holders(error)] };
        }
    }

    private async Task<ServerLook> WithConnectionsAsync(
        ServerLook look,
        Server server,
        CancellationToken cancellationToken
    )
    {
        var request = new CommandRequest(
            "admin",
            CurrentOpReader.Command(allUsers: true, server.Description.Type == ServerType.Mongos)
        )
        {
            Kind = CommandKind.Read,
            Server = server,
            ReadPreference = ReadPreference.Nearest,
        };
        var connections = new Dictionary<long, ConnectionSeen>();
        var transactions = new List<IdleTransaction>();
        var now = _time.GetUtcNow().UtcDateTime;
        await using var cursor = await CommandCursor.OpenAsync(
            _runner,
            request,
            cancellationToken: cancellationToken
        );
        while (await cursor.NextAsync(cancellationToken) is { } document)
        {
            if (CurrentOpReader.Connection(document, OwnAppName) is { } seen)
            {
                connections[seen.Id] = seen;
            }
            else if (CurrentOpReader.Transaction(document, now) is { } transaction)
            {
                transactions.Add(transaction);
            }
        }

        return look with
        {
            Connections = [.. connections.Values],
            IdleTransactions = transactions,
        };
    }

    private static int OwnConnections(Server server) =>
        server.Pool.Statistics.Total + (server.Description.Type == ServerType.LoadBalancer ? 0 : 1);

    private static BlindSpot Holders(CommandException error) =>
        new(
            "who holds the connections, how long they have been idle, and who opens and closes them (counts are of the server's total)",
            error.Message,
            error.Code == 13
                ? "a user with the role clusterMonitor on admin (or the privilege inprog on the cluster)"
                : "a deployment that allows $currentOp with allUsers and idleConnections (Atlas: M10 and up)"
        );

    private static async Task<T> GuardAsync<T>(Func<Task<T>> look)
    {
        try
        {
            return await look();
        }
        catch (CommandException error) when (error.Code == 13)
        {
            throw new LookException(
                $"{error.Message}; it needs a user with the role clusterMonitor on admin (or the privilege serverStatus on the cluster)",
                error
            );
        }
        catch (Exception error)
            when (error
                    is CommandException
                        or ConnectionException
                        or PoolClearedException
                        or PoolTimeoutException
                        or ServerSelectionException
                        or Pooling.Authentication.AuthenticationFailedException
            )
        {
            throw new LookException(error.Message, error);
        }
    }
}

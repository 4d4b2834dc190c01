using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Metrics;

/// <summary>The tags of one pool, made once: recording with them allocates nothing. Immutable.</summary>
internal sealed class PoolTags
{
    public PoolTags(string deployment, string? user, ServerAddress address)
    {
        Pool = user is null ? $"{deployment}/{address}" : $"{deployment}/{user}@{address}";
        Plain = [new(PoolName, Pool), new(Deployment, deployment)];
        Server = [new("server.address", $"{address}"), new(Deployment, deployment)];
        Idle = [.. Plain, new(State, "idle")];
        Used = [.. Plain, new(State, "used")];
        Pending = [.. Plain, new(State, "pending")];
        Closed = Array.ConvertAll(
            CloseReasons.Names,
            reason => (KeyValuePair<string, object?>[])[.. Plain, new("weir.close.reason", reason)]
        );
    }

    public const string PoolName = "db.client.connection.pool.name";
    public const string Deployment = "weir.upstream";
    public const string State = "db.client.connection.state";

    /// <summary>What the pool is called: "deployment/host:port", with "user@" where Weir logs in.</summary>
    public string Pool { get; }

    public KeyValuePair<string, object?>[] Plain { get; }

    /// <summary>The server's, whichever credential the pool has.</summary>
    public KeyValuePair<string, object?>[] Server { get; }

    public KeyValuePair<string, object?>[] Idle { get; }

    public KeyValuePair<string, object?>[] Used { get; }

    public KeyValuePair<string, object?>[] Pending { get; }

    /// <summary>By <see cref="Events.ConnectionCloseReason"/>.</summary>
    public KeyValuePair<string, object?>[][] Closed { get; }
}

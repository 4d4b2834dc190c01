using Weir.Pooling.Pools;
using Weir.Proxy.Routing;

namespace Weir.Proxy;

/// <summary>What whoever looks after Weir can do. Thread-safe.</summary>
public sealed partial class ProxyServer
{
    private static readonly TimeSpan PauseCheck = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Closes a client's connection now: what it has in hand is aborted, at the server too, and what it leaves
    /// behind is ended as for any client that goes. <see langword="false"/>: there is no such client.
    /// </summary>
    public bool KillClient(long id)
    {
        if (_clients.Find(id) is not { } client)
            return false;
        client.Abort();
        return true;
    }

    /// <summary>
    /// Holds requests back, so that nothing is sent to an upstream's servers. What has been sent, and statements of
    /// transactions that have begun, go on; completes when none of these is left. A request that is held back waits
    /// as long as for a connection, then it is answered with error 462.
    /// </summary>
    /// <param name="upstream">Its name; <see langword="null"/>: all of them.</param>
    /// <param name="cancellationToken">Gives up waiting; the pause stays.</param>
    /// <exception cref="ArgumentException">There is no such upstream.</exception>
    public async Task PauseAsync(string? upstream = null, CancellationToken cancellationToken = default)
    {
        UpstreamSet[] sets = Named(upstream);
        foreach (UpstreamSet set in sets)
            set.Gate.Close();
        while (sets.Any(set => !set.Gate.IsOpen && set.All.Any(IsWorking)))
            await Task.Delay(PauseCheck, _time, cancellationToken);
    }

    /// <summary>Ends a pause; whoever was held back goes on.</summary>
    /// <param name="upstream">Its name; <see langword="null"/>: all of them.</param>
    /// <exception cref="ArgumentException">There is no such upstream.</exception>
    public void Resume(string? upstream = null)
    {
        foreach (UpstreamSet set in Named(upstream))
            set.Gate.Open();
    }

    private UpstreamSet[] Named(string? upstream) =>
        upstream is null ? [.. _upstreams.Values]
        : _upstreams.TryGetValue(upstream, out UpstreamSet? set) ? [set]
        : throw new ArgumentException($"There is no upstream named \"{upstream}\".", nameof(upstream));

    private static bool IsWorking(Upstream upstream) =>
        upstream.Transactions.AnyOpen()
        || upstream.Deployment.Servers.Any(server =>
            server.Pool.Statistics is { InUse: > 0 } or { Waiting: > 0 }
        );
}

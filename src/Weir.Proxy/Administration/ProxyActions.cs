using System.Globalization;
using Weir.Pooling;
using Weir.Protocol.Bson;

namespace Weir.Proxy.Administration;

/// <summary>What can be done to the pooler.</summary>
internal static class ProxyActions
{
    public static void AddTo(AdminDesk desk, ProxyServer proxy)
    {
        desk.Add(
            new AdminAction(
                "killClient",
                "clients/{id}/kill",
                "Close a client's connection now; what it has in hand is aborted, at the server too.",
                "The id of the client connection.",
                (value, _) => Task.FromResult(KillClient(proxy, value))
            )
        );
        desk.Add(
            new AdminAction(
                "pause",
                "upstreams/{name}/pause",
                "Hold requests back; completes when none is under way any more. Whoever waits too long is told so.",
                "The name of the upstream.",
                (value, token) => PauseAsync(proxy, value, token)
            )
        );
        desk.Add(
            new AdminAction(
                "resume",
                "upstreams/{name}/resume",
                "End a pause.",
                "The name of the upstream.",
                (value, _) => Task.FromResult(Resume(proxy, value))
            )
        );
        desk.Add(
            new AdminAction(
                "reconnect",
                "upstreams/{name}/reconnect",
                "Replace every connection: idle ones now, those in use when their exchange is over. No request fails.",
                "The name of the upstream.",
                (value, _) => Task.FromResult(Reconnect(proxy, value))
            )
        );
    }

    private static BsonDocument KillClient(ProxyServer proxy, string value)
    {
        if (!long.TryParse(value, CultureInfo.InvariantCulture, out long id) || !proxy.KillClient(id))
            throw new AdminActionException($"there is no client {value}", isMissing: true);
        proxy.Events.Add("ClientKilled", null, null, $"client {id} was killed");
        return new BsonDocument("killed", id);
    }

    private static async Task<BsonDocument> PauseAsync(
        ProxyServer proxy,
        string upstream,
        CancellationToken cancellationToken
    )
    {
        Find(proxy, upstream);
        proxy.Events.Add("Paused", upstream, null, "requests are held back");
        await proxy.PauseAsync(upstream, cancellationToken);
        return new BsonDocument("paused", upstream);
    }

    private static BsonDocument Resume(ProxyServer proxy, string upstream)
    {
        Find(proxy, upstream);
        proxy.Resume(upstream);
        proxy.Events.Add("Resumed", upstream, null, "the pause is over");
        return new BsonDocument("resumed", upstream);
    }

    private static BsonDocument Reconnect(ProxyServer proxy, string upstream)
    {
        int connections = 0;
        foreach (Server server in proxy.AllDeployments(Find(proxy, upstream)).SelectMany(d => d.Servers))
        {
            connections += server.Pool.Statistics.Total;
            server.Pool.Renew();
        }
        proxy.Events.Add("Reconnected", upstream, null, $"{connections} connections are being replaced");
        return new BsonDocument { ["reconnected"] = upstream, ["connections"] = connections };
    }

    private static string Find(ProxyServer proxy, string upstream) =>
        proxy.Deployments.ContainsKey(upstream)
            ? upstream
            : throw new AdminActionException(
                $"there is no upstream {upstream}; there is {string.Join(", ", proxy.Deployments.Keys)}",
                isMissing: true
            );
}

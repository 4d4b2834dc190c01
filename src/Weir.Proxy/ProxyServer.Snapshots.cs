using Weir.Pooling;
using Weir.Proxy.Routing;
using Weir.Proxy.Snapshots;
using Weir.Proxy.Transactions;

namespace Weir.Proxy;

/// <summary>What whoever looks after Weir sees. Each answer is of one moment; nothing in it changes afterwards.</summary>
public sealed partial class ProxyServer
{
    /// <summary>Every client that is connected, in the order in which they came.</summary>
    public IReadOnlyList<ClientSnapshot> ListClients()
    {
        var transactions = new Dictionary<long, int>();
        foreach (Upstream upstream in Upstreams)
        {
            upstream.Transactions.Visit(t =>
            {
                transactions[t.Owner.Client] = transactions.GetValueOrDefault(t.Owner.Client) + 1;
            });
        }
        return
        [
            .. _clients
                .All.Select(client => client.Look(transactions.GetValueOrDefault(client.Id)))
                .OrderBy(client => client.Id),
        ];
    }

    /// <summary>Every deployment behind, once for each credential that is in use, with servers and pools.</summary>
    public IReadOnlyList<UpstreamSnapshot> ListUpstreams() => [.. Upstreams.Select(Look)];

    /// <summary>Every cursor that clients have open.</summary>
    public IReadOnlyList<CursorSnapshot> ListCursors() =>
        [
            .. Upstreams.SelectMany(upstream =>
                upstream
                    .Cursors.List()
                    .Select(entry => new CursorSnapshot
                    {
                        Id = entry.Id,
                        Upstream = upstream.Name,
                        Server = entry.Cursor.Server.ToString(),
                        Namespace = entry.Cursor.Namespace,
                        Client = entry.Client,
                        User = entry.User.IsAnonymous ? null : entry.User.Name,
                        IsAwaitable = entry.Cursor.IsAwaitable,
                        Idle = entry.Idle,
                    })
            ),
        ];

    /// <summary>Every transaction that is pinned, those included whose commit may be sent again.</summary>
    public IReadOnlyList<TransactionSnapshot> ListTransactions()
    {
        List<TransactionSnapshot> all = [];
        foreach (Upstream upstream in Upstreams)
            upstream.Transactions.Visit(transaction => all.Add(Look(upstream, transaction)));
        return all;
    }

    private static UpstreamSnapshot Look(Upstream upstream) =>
        new()
        {
            Name = upstream.Name,
            User = upstream.Deployment.ConnectionString.Credential?.UserName,
            Topology = upstream.Deployment.Topology.Type,
            IsPaused = !upstream.Gate.IsOpen,
            HeldBack = upstream.Gate.Waiting,
            Cursors = upstream.Cursors.Count,
            Transactions = upstream.Transactions.Count,
            Servers = [.. upstream.Deployment.Servers.Select(server => Look(upstream, server))],
        };

    private static ServerSnapshot Look(Upstream upstream, Server server)
    {
        AwaitLane lane = upstream.LaneOf(server.Address);
        return new ServerSnapshot
        {
            Address = server.Address.ToString(),
            Type = server.Description.Type,
            Error = server.Description.Error,
            RoundTripTime = server.Description.RoundTripTime,
            Pool = server.Pool.Statistics,
            MaxPoolSize = server.Pool.Options.MaxPoolSize,
            LongPolls = lane.Taken,
            MaxLongPolls = lane.Width,
            WaitingLongPolls = lane.Waiting,
        };
    }

    private TransactionSnapshot Look(Upstream upstream, Transaction transaction)
    {
        return new TransactionSnapshot
        {
            Session = Convert.ToHexStringLower(transaction.Session.ToBytes()),
            Number = transaction.Number,
            Upstream = upstream.Name,
            Server = transaction.Server.ToString(),
            IsOpen = transaction.State == TransactionState.Open,
            Client = transaction.Owner.Client,
            User = transaction.User.IsAnonymous ? null : transaction.User.Name,
            Age = _time.GetElapsedTime(transaction.Started),
            Idle = _time.GetElapsedTime(transaction.LastUsed),
        };
    }
}

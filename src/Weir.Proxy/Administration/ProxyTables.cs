using Weir.Proxy.Metrics;
using Weir.Proxy.Snapshots;

namespace Weir.Proxy.Administration;

/// <summary>What the pooler shows of itself.</summary>
internal static class ProxyTables
{
    public static void AddTo(AdminDesk desk, ProxyServer proxy)
    {
        desk.Add(Upstreams(proxy));
        desk.Add(Servers(proxy));
        desk.Add(Pools(proxy));
        desk.Add(Clients(proxy));
        desk.Add(Applications(proxy));
        desk.Add(Exchanges(proxy));
        desk.Add(Slow(proxy));
        desk.Add(Cursors(proxy));
        desk.Add(Transactions(proxy));
        desk.Add(Events(proxy));
    }

    private static AdminTable Upstreams(ProxyServer proxy) =>
        new TableBuilder<UpstreamSnapshot>()
            .Text("name", "The name in the configuration", u => u.Name)
            .Text("user", "Who Weir logs in as; null: nobody", u => u.User)
            .Text("topology", "What kind of deployment it is", u => u.Topology.ToString())
            .Flag("isPaused", "Whether requests are held back", u => u.IsPaused)
            .Number("heldBack", "Requests that wait for the pause to end", u => u.HeldBack)
            .Number("servers", "Servers that are known", u => u.Servers.Count)
            .Number("cursors", "Open cursors", u => u.Cursors)
            .Number("transactions", "Pinned transactions", u => u.Transactions)
            .Build("upstreams", "A deployment behind Weir, once for each credential.", proxy.ListUpstreams);

    private static AdminTable Servers(ProxyServer proxy) =>
        new TableBuilder<(UpstreamSnapshot Upstream, ServerSnapshot Server)>()
            .Text("address", "host:port", s => s.Server.Address)
            .Text("upstream", "The upstream that it belongs to", s => s.Upstream.Name)
            .Text("user", "Who Weir logs in as; null: nobody", s => s.Upstream.User)
            .Text("type", "What it said it is", s => s.Server.Type.ToString())
            .Millis("roundTrip", "The average duration of a hello", s => s.Server.RoundTripTime)
            .Text("error", "Why it is not known what it is", s => s.Server.Error)
            .Number("longPolls", "getMores that wait there for data", s => s.Server.LongPolls)
            .Number("maxLongPolls", "The most that may at a time", s => s.Server.MaxLongPolls)
            .Build("servers", "A member of a deployment.", () => AllServers(proxy));

    private static AdminTable Pools(ProxyServer proxy) =>
        new TableBuilder<(UpstreamSnapshot Upstream, ServerSnapshot Server)>()
            .Text("server", "host:port", s => s.Server.Address)
            .Text("upstream", "The upstream that it belongs to", s => s.Upstream.Name)
            .Text("user", "Who its connections are logged in as; null: nobody", s => s.Upstream.User)
            .Text(
                "state",
                "Ready, Paused while the server is not there, or Closed",
                s => s.Server.Pool.State.ToString()
            )
            .Number("max", "maxPoolSize; 0: no limit", s => s.Server.MaxPoolSize)
            .Number("total", "Connections", s => s.Server.Pool.Total)
            .Number("inUse", "Connections that carry an exchange", s => s.Server.Pool.InUse)
            .Number("available", "Connections that wait for work", s => s.Server.Pool.Available)
            .Number("pending", "Connections that are being established", s => s.Server.Pool.Pending)
            .Number("waiting", "Requests that wait for a connection", s => s.Server.Pool.Waiting)
            .Number(
                "checkedOut",
                "Check-outs that got a connection, since the start",
                s => s.Server.Pool.CheckedOut
            )
            .Number("waited", "Of these: those that had to wait", s => s.Server.Pool.Waited)
            .Number("timedOut", "Check-outs whose time ran out", s => s.Server.Pool.TimedOut)
            .Number("refused", "Check-outs refused because the queue was full", s => s.Server.Pool.Refused)
            .Number("created", "Connections created, since the start", s => s.Server.Pool.Created)
            .Number("closed", "Connections closed", s => s.Server.Pool.Closed)
            .Number("generation", "How often it was cleared", s => s.Server.Pool.Generation)
            .Build(
                "pools",
                "A connection pool: one for each server and credential.",
                () => AllServers(proxy)
            );

    private static AdminTable Clients(ProxyServer proxy) =>
        new TableBuilder<ClientSnapshot>()
            .Number("id", "The connection's number, never used again", c => c.Id)
            .Text("address", "Where it came from; null: a unix socket", c => c.Address?.ToString())
            .Text("listener", "The listener that it came through", c => c.Listener?.ToString())
            .Text("upstream", "The upstream that it works with", c => c.Upstream)
            .Text("user", "Who logged in on it; null: nobody", c => c.User)
            .Text("application", "appName, as its handshake says", c => c.Application)
            .Text("driver", "The driver, as its handshake says", c => c.Driver)
            .Text("os", "The operating system, as its handshake says", c => c.Os)
            .Text("platform", "The runtime, as its handshake says", c => c.Platform)
            .Time("connectedAt", "When it connected", c => c.ConnectedAt)
            .Text("state", "idle, waiting for a connection, or running", ClientStates.Of)
            .Text("command", "The command in hand; null: none", c => c.Command)
            .Millis("since", "How long it has had it in hand, or has been idle", c => c.Since)
            .Text("server", "The server that the command runs on", c => c.Server)
            .Number("requests", "Requests, since it connected", c => c.Requests)
            .Number("bytesIn", "Bytes of requests", c => c.BytesIn)
            .Number("bytesOut", "Bytes of replies", c => c.BytesOut)
            .Number("cursors", "Open cursors that it used last", c => c.Cursors)
            .Number("transactions", "Transactions that it has open", c => c.Transactions)
            .Build("clients", "A client connection.", proxy.ListClients);

    private static AdminTable Applications(ProxyServer proxy) =>
        new TableBuilder<ApplicationGroup>()
            .Text("application", "appName; null: its driver was not told one", a => a.Application)
            .Text("driver", "The driver", a => a.Driver)
            .Text("host", "The address that it connects from; null: this machine's unix socket", a => a.Host)
            .Text("user", "Who logged in; null: nobody", a => a.User)
            .Number("connections", "Client connections", a => a.Connections)
            .Number("running", "Of these: those whose command runs on a server", a => a.Running)
            .Number("waiting", "Of these: those whose command waits for a connection", a => a.Waiting)
            .Millis("longest", "How long the oldest command in hand has been", a => a.Longest)
            .Number("requests", "Requests of the connections that are open", a => a.Requests)
            .Number("cursors", "Open cursors", a => a.Cursors)
            .Number("transactions", "Open transactions", a => a.Transactions)
            .Build(
                "applications",
                "Client connections of one application, driver, host and user together: who holds what.",
                () => ApplicationGroup.From(proxy.ListClients())
            );

    private static AdminTable Exchanges(ProxyServer proxy) =>
        new TableBuilder<ClientSnapshot>()
            .Number("client", "The client connection's number", c => c.Id)
            .Text("application", "appName", c => c.Application)
            .Text("address", "Where the client is", c => c.Address?.ToString())
            .Text("upstream", "The upstream", c => c.Upstream)
            .Text("state", "waiting for a connection, or running", ClientStates.Of)
            .Text("command", "The command", c => c.Command)
            .Text("server", "The server that it runs on; null: none yet", c => c.Server)
            .Millis("since", "How long ago the request was there", c => c.Since)
            .Build(
                "exchanges",
                "A request that is not answered yet, the longest first.",
                () => proxy.ListClients().Where(ClientStates.IsBusy).OrderByDescending(c => c.Since)
            );

    private static AdminTable Slow(ProxyServer proxy) =>
        new TableBuilder<SlowExchange>()
            .Time("at", "When it ended", s => s.At)
            .Millis("duration", "From the request to its answer", s => s.Duration)
            .Millis(
                "waited",
                "Of these: before it was sent; null: it was not, or nobody measured",
                s => s.Waited
            )
            .Text("command", "The command", s => s.Command)
            .Text("namespace", "database.collection", s => s.Namespace)
            .Text("upstream", "The upstream", s => s.Upstream)
            .Text("server", "The server; null: it got none", s => s.Server)
            .Number("client", "The client connection's number", s => s.Client)
            .Text("application", "appName", s => s.Application)
            .Text("error", "Weir's own error, if that was the answer", s => s.Error)
            .Build(
                "slow",
                "An exchange that took long, the latest first (setting slowMillis).",
                () => proxy.SlowExchanges.Latest()
            );

    private static AdminTable Cursors(ProxyServer proxy) =>
        new TableBuilder<CursorSnapshot>()
            .Number("id", "The id that its client knows", c => c.Id)
            .Text("upstream", "The upstream", c => c.Upstream)
            .Text("server", "The server that it lives on", c => c.Server)
            .Text("namespace", "database.collection", c => c.Namespace)
            .Number("client", "The client connection that used it last", c => c.Client)
            .Text("user", "Who opened it; null: nobody had logged in", c => c.User)
            .Flag(
                "isAwaitable",
                "Whether it waits for data: tailable, or a change stream",
                c => c.IsAwaitable
            )
            .Millis("idle", "How long nobody has used it", c => c.Idle)
            .Build("cursors", "A cursor that a client has open.", proxy.ListCursors);

    private static AdminTable Transactions(ProxyServer proxy) =>
        new TableBuilder<TransactionSnapshot>()
            .Text("session", "lsid.id in hexadecimal", t => t.Session)
            .Number("number", "txnNumber", t => t.Number)
            .Text("upstream", "The upstream", t => t.Upstream)
            .Text("server", "The server that it began on", t => t.Server)
            .Flag("isOpen", "Whether statements may follow; else its commit was sent", t => t.IsOpen)
            .Number("client", "The client connection of its last statement", t => t.Client)
            .Text("user", "Who runs it; null: nobody had logged in", t => t.User)
            .Millis("age", "How long ago it began", t => t.Age)
            .Millis("idle", "How long ago its last statement came", t => t.Idle)
            .Build("transactions", "A transaction that is pinned to its server.", proxy.ListTransactions);

    private static AdminTable Events(ProxyServer proxy) =>
        new TableBuilder<AdminEvent>()
            .Number("id", "Its number, from 1 since the start", e => e.Id)
            .Time("at", "When it happened", e => e.At)
            .Text("kind", "What happened", e => e.Kind)
            .Text("upstream", "The upstream; null: it concerns all of Weir", e => e.Upstream)
            .Text("server", "The server, where it is about one", e => e.Server)
            .Text("text", "The same in words", e => e.Text)
            .Build("events", "Something that happened, the latest first.", () => proxy.Events.Latest());

    private static IEnumerable<(UpstreamSnapshot Upstream, ServerSnapshot Server)> AllServers(
        ProxyServer proxy
    ) => proxy.ListUpstreams().SelectMany(u => u.Servers.Select(s => (u, s)));
}

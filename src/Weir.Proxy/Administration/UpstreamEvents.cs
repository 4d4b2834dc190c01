using Microsoft.Extensions.Logging;
using Weir.Pooling.Events;
using Weir.Pooling.Topologies;

namespace Weir.Proxy.Administration;

/// <summary>Tells the event log and the log what happens to one upstream's servers and pools. Thread-safe.</summary>
internal sealed partial class UpstreamEvents(string upstream, EventLog events, ILogger logger)
    : IPoolEventSink
{
    public bool WantsCheckOuts => false;

    public void OnPoolEvent(in PoolEvent poolEvent)
    {
        string server = poolEvent.Address.ToString();
        string id = poolEvent.ConnectionId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        switch (poolEvent.Kind)
        {
            case PoolEventKind.PoolReady:
                LogPoolReady(logger, upstream, server);
                Add("PoolReady", server, "the pool is ready");
                break;
            case PoolEventKind.PoolCleared:
                string cause = poolEvent.Error?.Message ?? "no cause was given";
                LogPoolCleared(logger, upstream, server, cause);
                Add("PoolCleared", server, $"the pool was cleared: {cause}");
                break;
            case PoolEventKind.PoolClosed:
                Add("PoolClosed", server, "the pool was closed");
                break;
            case PoolEventKind.ConnectionReady:
                LogConnectionReady(logger, id, upstream, server, poolEvent.Duration.TotalMilliseconds);
                Add(
                    "ConnectionReady",
                    server,
                    FormattableString.Invariant(
                        $"connection {id} is ready after {poolEvent.Duration.TotalMilliseconds:0.#} ms"
                    )
                );
                break;
            case PoolEventKind.ConnectionClosed:
                string reason = Reason(poolEvent);
                LogConnectionClosed(logger, id, upstream, server, reason);
                Add("ConnectionClosed", server, $"connection {id} was closed: {reason}");
                break;
        }
    }

    public void OnTopologyEvent(TopologyEvent topologyEvent)
    {
        switch (topologyEvent)
        {
            case TopologyEvent.ServerDescriptionChanged { Previous: var before, Current: var now }
                when before.Type != now.Type || before.Error != now.Error:
                string address = now.Address.ToString();
                string error = now.Error is null ? "" : $": {now.Error}";
                LogServerChanged(logger, address, upstream, before.Type, now.Type, error);
                Add("ServerChanged", address, $"from {before.Type} to {now.Type}{error}");
                break;
            case TopologyEvent.ServerOpening opening:
                Add("ServerAdded", opening.Address.ToString(), "the server became a member");
                break;
            case TopologyEvent.ServerClosed closed:
                Add("ServerRemoved", closed.Address.ToString(), "the server is no member any more");
                break;
            case TopologyEvent.SeedlistProblem problem:
                LogSeedlistProblem(logger, upstream, problem.ServiceName, problem.Problem);
                Add("DnsProblem", null, $"{problem.ServiceName}: {problem.Problem}");
                break;
        }
    }

    private static string Reason(in PoolEvent poolEvent) =>
        poolEvent.CloseReason switch
        {
            ConnectionCloseReason.Stale => "the pool was cleared or renewed",
            ConnectionCloseReason.Idle => "it had been idle for longer than maxIdleTimeMS",
            ConnectionCloseReason.Error => poolEvent.Error?.Message ?? "it failed",
            _ => "the pool was closed",
        };

    private void Add(string kind, string? server, string text) => events.Add(kind, upstream, server, text);
}

using Microsoft.Extensions.Logging;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Hello;
using Weir.Proxy.Limits;
using Weir.Proxy.Routing;

namespace Weir.Proxy.Clients;

/// <summary>
/// What all client connections of one listener and one identity share. <c>Ending</c> is cancelled when Weir waits for nobody any more.
/// </summary>
internal sealed record ListenerContext(
    ListenerSettings Settings,
    Identity Identity,
    Upstream Upstream,
    HelloResponder Hello,
    Router Router,
    Settlement Settlement,
    ByteBudget Budget,
    ProxyLimits Limits,
    ProxyCounters Counters,
    ClientRegistry Clients,
    ClientGroups Groups,
    Reaper Reaper,
    TimeProvider Time,
    long StartedAt,
    ILogger Logger,
    CancellationToken Ending
);

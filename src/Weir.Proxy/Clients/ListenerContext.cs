using System.Text;
using Microsoft.Extensions.Logging;
using Weir.Pooling.Authentication;
using Weir.Proxy.Administration;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Hello;
using Weir.Proxy.Limits;
using Weir.Proxy.Metrics;
using Weir.Proxy.Routing;

namespace Weir.Proxy.Clients;

/// <summary>
/// What all client connections of one listener and one identity share. <c>Ending</c> is cancelled when Weir waits for nobody any more.
/// </summary>
internal sealed record ListenerContext(
    ListenerSettings Settings,
    Identity Identity,
    UpstreamSet Upstreams,
    Upstream Upstream,
    HelloResponder Hello,
    ByteBudget Budget,
    ProxyLimits Limits,
    ProxyCounters Counters,
    ClientRegistry Clients,
    ClientGroups Groups,
    Reaper Reaper,
    TimeProvider Time,
    long StartedAt,
    ILogger Logger,
    ExchangeWatch Watch,
    AdminDatabase AdminDatabase,
    CancellationToken Ending
)
{
    /// <summary>The admin database's name as requests say it.</summary>
    public byte[] AdminDatabaseName { get; } = Encoding.UTF8.GetBytes(Settings.AdminDatabase);

    /// <summary>The places of the users who have logged in, here or on another listener.</summary>
    public required QuotaTable UserQuotas { get; init; }

    /// <summary>Who may log in; <see langword="null"/>: nobody has to.</summary>
    public Logins? Logins { get; init; }

    public Router Router => Upstream.Router;

    public Settlement Settlement => Upstream.Settlement;

    /// <summary>
    /// The same listener for <paramref name="identity"/>, whose requests go upstream as
    /// <paramref name="credential"/>; <see langword="null"/>: as the upstream's connection string says.
    /// </summary>
    public ListenerContext For(Identity identity, Credential? credential) =>
        this with
        {
            Identity = identity,
            Upstream = Upstreams.For(credential),
        };
}

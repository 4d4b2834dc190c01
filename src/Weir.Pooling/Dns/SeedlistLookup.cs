using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Dns;

/// <summary>Looks up what a <c>mongodb+srv</c> string leaves to DNS, and holds the answers to the rules.</summary>
internal sealed class SeedlistLookup(ConnectionString connectionString, ISrvResolver resolver, Random random)
{
    private const string DefaultService = "mongodb";

    private readonly string _host = connectionString.SrvHostName!;

    /// <summary>The name of the SRV records.</summary>
    public string ServiceName { get; } =
        $"_{connectionString.SrvServiceName ?? DefaultService}._tcp.{connectionString.SrvHostName}";

    /// <summary>The first look-up: the hosts and the default options. One host that may not be spoils it all.</summary>
    /// <exception cref="DnsException">A record could not be found.</exception>
    /// <exception cref="ConnectionStringException">A record says what it may not.</exception>
    public async ValueTask<Seedlist> ResolveAsync(CancellationToken cancellationToken)
    {
        var found = await ScanAsync(cancellationToken);
        if (found.Refusals.Count > 0)
        {
            throw new ConnectionStringException("SRV record", found.Refusals[0]);
        }
        var texts = await resolver.FindTextsAsync(_host, cancellationToken);
        if (texts.Count > 1)
        {
            throw new ConnectionStringException(
                "TXT record",
                $"{_host} has {texts.Count}, only one is allowed"
            );
        }
        var hosts = HostLimit.Choose(found.Hosts, connectionString.SrvMaxHosts ?? 0, random);
        return new Seedlist(
            connectionString.ResolvedWith(hosts, texts.Count > 0 ? texts[0] : null),
            found.TimeToLive
        );
    }

    /// <summary>Looks up the hosts only, those that may not be set apart.</summary>
    /// <exception cref="DnsException">The records could not be found.</exception>
    public async ValueTask<SeedlistScan> ScanAsync(CancellationToken cancellationToken)
    {
        var hosts = new List<ServerAddress>();
        var refusals = new List<string>();
        var timeToLive = TimeSpan.MaxValue;
        foreach (var record in await resolver.FindServicesAsync(ServiceName, cancellationToken))
        {
            timeToLive = record.TimeToLive < timeToLive ? record.TimeToLive : timeToLive;
            if (SrvDomain.Refusal(_host, record) is { } refusal)
            {
                refusals.Add(refusal);
            }
            else
            {
                hosts.Add(new ServerAddress(record.Host.TrimEnd('.'), record.Port));
            }
        }
        return new SeedlistScan([.. hosts.Distinct()], refusals, timeToLive);
    }
}

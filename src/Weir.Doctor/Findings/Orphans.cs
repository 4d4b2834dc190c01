using Weir.Doctor.Advice;
using Weir.Doctor.Reports;
using Weir.Doctor.Watching;
using Weir.Pooling.Topologies;

namespace Weir.Doctor.Findings;

/// <summary>Connections whose client is gone: idle, without the monitor that every living client has.</summary>
internal sealed class Orphans : IDiagnosis
{
    private const int Least = 3;
    private const double Harmful = 0.2;

    public IEnumerable<Finding> Of(Patient server)
    {
        if (!server.CountsMonitors || server.Last.Type == ServerType.LoadBalancer || server.Looks < 2)
        {
            yield break;
        }

        var groups = server
            .Holders.Where(DriverAdvice.ShowsMonitors)
            .GroupBy(holder => (holder.AppName, holder.Driver, holder.DriverVersion, holder.Host));
        foreach (var group in groups.Select(group => group.ToList()))
        {
            var orphans = Count(group);
            if (orphans < Least)
            {
                continue;
            }

            var advice = DriverAdvice.For(group[0].Driver);
            var name = Application.Of(group).First().Name;
            yield return new Finding
            {
                Kind = "orphans",
                Severity = orphans >= Harmful * server.Limit ? Severity.Critical : Severity.Warning,
                Subject = $"{name} on {group[0].Host}",
                Title = $"{orphans} connections of {name} on {group[0].Host} have no living client",
                Evidence =
                [
                    $"{group.Sum(holder => holder.Connections)} connections, {group.Sum(holder => holder.Clients)} clients with a monitor, {group.Sum(holder => holder.IdleThroughout)} connections that did nothing in {server.Watched}",
                ],
                Cause =
                    "Every living client of this driver keeps a monitor that waits for news. These connections have none: their process was killed (kill -9), or its host, container or network went away before it could close them, and the server has not noticed.",
                Change =
                [
                    "end processes with SIGTERM, wait for them, and close the client in the handler:",
                    advice.Shutdown,
                    "on the server's host, so that the rest goes within minutes: sysctl -w net.ipv4.tcp_keepalive_time=120",
                    "now: end what stands between (a proxy or NAT that kept its side open), or restart the member, secondaries first",
                ],
            };
        }
    }

    private static int Count(List<Holder> group)
    {
        var idle = group.Sum(holder => holder.IdleThroughout);
        var clients = group.Sum(holder => holder.Clients);
        if (clients == 0)
        {
            return group.Any(holder => holder.MostActive > 0) ? 0 : idle;
        }

        // More than the living clients can have by default.
        var most = clients * DriverAdvice.For(group[0].Driver).DefaultMaxPoolSize;
        return Math.Min(idle, group.Sum(holder => holder.Pooled) - most);
    }
}

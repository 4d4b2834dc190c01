using System.Globalization;
using Weir.Doctor.Advice;
using Weir.Doctor.Reports;
using Weir.Doctor.Watching;

namespace Weir.Doctor.Findings;

/// <summary>Connections that are opened and closed all the time: a client per operation, or a pool that keeps none.</summary>
internal sealed class Churn : IDiagnosis
{
    private const double PerSecond = 1;
    private const double Harmful = 10;

    public IEnumerable<Finding> Of(Patient server)
    {
        var grown = server.Last.Current - server.First.Current;
        if (server.OpenedPerSecond < PerSecond || !server.IsSteadilyOpening || grown * 2 > server.Opened)
        {
            yield break;
        }

        // Without regard to processes: who is gone cannot be asked for its process any more.
        var caught = server
            .Holders.GroupBy(holder => (holder.AppName, holder.DriverName, holder.Host))
            .Select(group => group.ToList())
            .Where(group =>
                group.Exists(holder => holder.Opened > 0) && group.Exists(holder => holder.Closed > 0)
            )
            .OrderByDescending(group => group.Sum(holder => holder.Opened))
            .ToList();
        var worst = caught.FirstOrDefault();
        // A client that stays and whose pool changes is another matter than clients that come and go.
        var isOfPool =
            worst is not null
            && worst.Exists(holder => holder.Clients > 0)
            && worst.TrueForAll(holder => holder is { GoneClients: 0, NewClients: 0 });
        var advice = DriverAdvice.For(worst?[0].Driver ?? "");
        yield return new Finding
        {
            Kind = isOfPool ? "pool-churn" : "client-per-operation",
            Severity = server.OpenedPerSecond >= Harmful ? Severity.Critical : Severity.Warning,
            Subject = worst is null ? server.Address : Name(worst[0]),
            Title = string.Create(
                CultureInfo.InvariantCulture,
                $"{server.OpenedPerSecond:0.#} connections a second are opened and closed again"
            ),
            Evidence =
            [
                $"{server.Opened} connections were opened in {server.Watched}, while the number of open ones went from {server.First.OfClients} to {server.Last.OfClients}",
                caught.Count == 0
                    ? "none of them lived long enough to be seen at a look"
                    : $"of those that looks caught: {string.Join("; ", caught.Take(4).Select(Tell))}",
            ],
            Cause = isOfPool
                ? "The clients stay but their pools do not keep their connections: maxIdleTimeMS is shorter than the pauses in the load, or the operations time out and take their connections along."
                : "A client is made for every operation, request or chunk, and closed after it. Each costs a DNS look-up, TCP, TLS, authentication and two monitor connections, and closing it under work that still runs ends in \"Topology is closed\".",
            Change = isOfPool
                ? ["raise maxIdleTimeMS to 30000 or more, and set minPoolSize=2"]
                :
                [
                    "create the client once per process and never close it before the process ends:",
                    advice.OneClient,
                ],
        };
    }

    private static string Name(Holder holder) =>
        $"{(holder.AppName.Length > 0 ? holder.AppName : "(no appName)")} ({holder.DriverName}) on {holder.Host}";

    private static string Tell(List<Holder> group) =>
        $"{group.Sum(holder => holder.Opened)} opened and {group.Sum(holder => holder.Closed)} closed by {Name(group[0])}";
}

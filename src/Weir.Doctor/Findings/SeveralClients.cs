using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>More than one client where one would do.</summary>
internal sealed class SeveralClients : IDiagnosis
{
    private const int ManyOnHost = 5;
    private const int Harmful = 10;

    public IEnumerable<Finding> Of(Patient server)
    {
        foreach (var holder in server.Holders)
        {
            var isKnown = holder.Process is not null;
            if (holder.SettledClients < (isKnown ? 2 : ManyOnHost))
            {
                continue;
            }

            var advice = Advice.DriverAdvice.For(holder.Driver);
            yield return new Finding
            {
                Kind = "several-clients",
                Severity =
                    !isKnown ? Severity.Notice
                    : holder.SettledClients >= Harmful ? Severity.Critical
                    : Severity.Warning,
                Subject = holder.Name,
                Title = isKnown
                    ? $"One process has {holder.SettledClients} clients: {holder.Name}"
                    : $"{holder.SettledClients} clients run on one host: {holder.Name}",
                Evidence =
                [
                    $"{holder.SettledClients} monitors wait for news, one per client, and each client keeps a second connection that measures round trips: {holder.Monitors} of its {holder.Connections} connections are monitors'",
                ],
                Cause = isKnown
                    ? "A client is a pool. Several in one process share nothing: each has its own monitors, its own maxPoolSize, and its own idle connections."
                    : "These are either several processes, or several clients in one process; the server cannot tell which. Run weir doctor on that host to see the processes.",
                Change = [advice.OneClient],
            };
        }
    }
}

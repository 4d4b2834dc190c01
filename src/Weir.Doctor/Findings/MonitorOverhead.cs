using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>Most connections only watch the server.</summary>
internal sealed class MonitorOverhead : IDiagnosis
{
    private const int Many = 8;
    private const double Most = 0.6;

    public IEnumerable<Finding> Of(Patient server)
    {
        var clients = server.Holders.Sum(holder => holder.SettledClients);
        var monitors = 2 * clients;
        var connections = server.Holders.Sum(holder => holder.Connections);
        if (clients < Many || monitors < Most * connections)
        {
            yield break;
        }

        yield return new Finding
        {
            Kind = "monitor-overhead",
            Severity = Severity.Notice,
            Subject = server.Address,
            Title = $"{monitors} of {connections} connections only watch the server",
            Evidence =
            [
                $"{clients} clients keep two monitor connections each, to every member of the deployment",
            ],
            Cause =
                "Monitors come with every client, whatever its maxPoolSize: many small clients cost more in monitors than in work.",
            Change =
            [
                "fewer clients: one per process, and workers as threads or tasks of one process",
                "or add serverMonitoringMode=poll to the connection strings, which halves them; or put weir serve in front: it watches once for all",
            ],
        };
    }
}

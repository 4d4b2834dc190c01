using Weir.Doctor.Advice;
using Weir.Doctor.Findings;
using Weir.Doctor.Looks;
using Weir.Doctor.Reports;
using Weir.Doctor.Watching;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Doctor;

/// <summary>Watches a deployment for a time and reports what it shows: the work of <c>weir doctor</c>.</summary>
/// <remarks>
/// Read-only. For one caller at a time. It may be run again: how long connections have been idle then counts on from
/// the report before; everything else is each report's own.
/// </remarks>
public sealed class Examination(ConnectionString connectionString, Observer observer, TimeProvider time)
{
    private static readonly IDiagnosis[] Diagnoses =
    [
        new Headroom(),
        new UnboundedPools(),
        new Leak(),
        new Churn(),
        new Orphans(),
        new SeveralClients(),
        new IdlePools(),
        new MonitorOverhead(),
        new FileLimit(),
        new Findings.Sessions(),
        new Transactions(),
        new Findings.Cursors(),
    ];

    private readonly DeploymentWatch _watch = new(observer, time);

    /// <summary>Watches, and reports.</summary>
    /// <param name="duration">How long; two looks are taken at least.</param>
    /// <param name="cancellationToken">Ends the watch early; what was seen till then is reported.</param>
    /// <exception cref="LookException">A server could not be looked at.</exception>
    public async Task<DoctorReport> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var watches = await _watch.RunAsync(duration, cancellationToken);
        var facts = await FactsAsync(watches);
        var patients = watches
            .Select(watch => new Patient(
                watch,
                facts.GetValueOrDefault(watch.Last.Address, ServerFacts.None)
            ))
            .ToList();
        return new DoctorReport
        {
            Deployment = connectionString.ToString(),
            Topology = observer.Topology.Type.ToString(),
            WatchedSeconds = Math.Round(watches.Max(watch => watch.Duration.TotalSeconds), 1),
            Looks = watches.Max(watch => watch.Looks),
            Servers = [.. patients.Zip(watches, Describe)],
            Findings = Merge(patients.SelectMany(patient => Diagnose(patient))),
            BlindSpots = [.. watches.SelectMany(watch => watch.Last.BlindSpots).Distinct()],
        };
    }

    private static IEnumerable<Finding> Diagnose(Patient patient) =>
        from diagnosis in Diagnoses
        from finding in diagnosis.Of(patient)
        select finding with
        {
            Servers = [patient.Address],
        };

    // Members of one set show the same clients: said once, as the worst of them shows it.
    private static List<Finding> Merge(IEnumerable<Finding> findings) =>
        [
            .. findings
                .GroupBy(finding => (finding.Kind, finding.Subject))
                .Select(group =>
                    group.MaxBy(finding => finding.Severity)! with
                    {
                        Servers = [.. group.SelectMany(finding => finding.Servers)],
                    }
                )
                .OrderByDescending(finding => finding.Severity),
        ];

    private static ServerReport Describe(Patient patient, ServerWatch watch)
    {
        var last = watch.Last;
        var seconds = watch.Duration.TotalSeconds;
        return new ServerReport
        {
            Address = patient.Address,
            Type = last.Type.ToString(),
            Version = last.Version,
            Connections = last.OfClients,
            Peak = watch.Peak,
            Limit = last.Limit,
            LimitOrigin = patient.Facts.ConfiguredLimit is not null
                ? "net.maxIncomingConnections"
                : ConnectionLimit.Describe(last.Limit, patient.Host),
            Internal = last.Internal,
            Own = last.Own,
            Clients = last.Connections is null
                ? last.AwaitingTopologyChanges
                : patient.Holders.Sum(holder => holder.Clients),
            OpenedPerSecond = Math.Round(patient.OpenedPerSecond, 1),
            OperationsPerSecond =
                seconds > 0 && last.Operations is { } operations && watch.First.Operations is { } before
                    ? Math.Round((operations - before) / seconds, 1)
                    : null,
            Forecast = last.Connections is null
                ? null
                : Application.Of(patient.Holders).Sum(application => application.Forecast),
            Cursors = last.Cursors,
            Sessions = last.Sessions,
            IdleTransactions = last.IdleTransactions.Count,
            Holders = last.Connections is null ? null : patient.Holders,
        };
    }

    private async Task<Dictionary<ServerAddress, ServerFacts>> FactsAsync(List<ServerWatch> watches)
    {
        var options = await observer.AskAsync(new BsonDocument("getCmdLineOpts", 1), CancellationToken.None);
        var warnings = await observer.AskAsync(
            new BsonDocument("getLog", "startupWarnings"),
            CancellationToken.None
        );
        return watches.ToDictionary(
            watch => watch.Last.Address,
            watch => new ServerFacts(
                ConfiguredLimit(options.GetValueOrDefault(watch.Last.Address)),
                FileWarning(warnings.GetValueOrDefault(watch.Last.Address))
            )
        );
    }

    private static int? ConfiguredLimit(BsonDocument? options) =>
        (int?)options?.Section("parsed")?.Section("net")?.Number("maxIncomingConnections");

    private static string? FileWarning(BsonDocument? log)
    {
        foreach (var line in log?.Items("log") ?? [])
        {
            if (
                line.IsString
                && line.AsString.Contains("rlimit", StringComparison.OrdinalIgnoreCase)
                && line.AsString.Contains("file", StringComparison.OrdinalIgnoreCase)
            )
            {
                return line.AsString;
            }
        }

        return null;
    }
}

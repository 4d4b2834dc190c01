using Weir.Doctor.Advice;
using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>Pools that have grown far, and what they come to when each grows to its driver's default.</summary>
internal sealed class UnboundedPools : IDiagnosis
{
    /// <summary>A pool of this size was given no small limit.</summary>
    private const int Grown = 20;

    private const double TooFull = 0.8;

    public IEnumerable<Finding> Of(Patient server)
    {
        var all = Application.Of(server.Holders).ToList();
        var total = all.Sum(application => application.Forecast);
        foreach (
            var application in all.Where(application =>
                application.LargestPool >= Grown && application.Clients > 0
            )
        )
        {
            var most = Math.Max(application.Advice.DefaultMaxPoolSize, application.LargestPool);
            yield return new Finding
            {
                Kind = "unbounded-pools",
                Severity = total >= TooFull * server.Limit ? Severity.Critical : Severity.Warning,
                Subject = application.Name,
                Title =
                    $"A pool of {application.Name} has grown to {application.LargestPool} connections: nothing keeps it small",
                Evidence =
                [
                    $"{application.Connections} connections in {Words.Count(application.Clients, "client")}: {string.Join("; ", application.Holders.Take(4).Select(holder => $"{holder.Connections} in {holder.Place}"))}",
                    $"forecast: {Words.Count(application.Clients, "client")} × ({most} + 2 of the monitor) = {application.Forecast}, all applications together {total}, of {server.Limit} that this server allows",
                ],
                Cause =
                    $"Without maxPoolSize a client of this driver may open {application.Advice.DefaultMaxPoolSize} connections to every server. A burst makes them, and every process and every restart adds a pool of its own.",
                Change =
                [
                    $"add to the connection string: {DriverAdvice.PoolOptions}",
                    $"{Words.Count(application.Clients, "client")} of 10 then take at most {application.Clients * 12}; or run weir serve in front, which keeps all of them together at 10",
                ],
            };
        }
    }
}

using Weir.Doctor.Advice;
using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>No room for a burst, or for old and new processes side by side during a restart.</summary>
internal sealed class Headroom : IDiagnosis
{
    private const double Full = 0.8;
    private const double FullAtRestart = 0.95;

    public IEnumerable<Finding> Of(Patient server)
    {
        var share = (double)server.Last.Current / Math.Max(1, server.Limit);
        var largest = Application.Of(server.Holders).MaxBy(application => application.Connections);
        var atRestart = server.Last.Current + (largest?.Connections ?? 0);
        if (share < Full && atRestart < FullAtRestart * server.Limit)
        {
            yield break;
        }

        yield return new Finding
        {
            Kind = "no-headroom",
            Severity = share >= Full ? Severity.Critical : Severity.Warning,
            Subject = server.Address,
            Title = FormattableString.Invariant(
                $"{server.Last.Current} of {server.Limit} connections are taken ({share:P0})"
            ),
            Evidence =
            [
                largest is null
                    ? "who holds them cannot be seen"
                    : $"a rolling restart of {largest.Name} has old and new side by side: {server.Last.Current} + {largest.Connections} = {atRestart} of {server.Limit}",
            ],
            Cause =
                "At the limit a server accepts a connection and closes it at once: drivers report that as a network error, clear their pools, and connect again.",
            Change =
            [
                $"smaller pools, in every connection string: {DriverAdvice.PoolOptions}",
                "or weir serve in front, which keeps its maxPoolSize whatever the clients do",
            ],
        };
    }
}

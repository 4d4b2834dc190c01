using Microsoft.Extensions.Diagnostics.HealthChecks;
using Weir.Hosting.Workers;

namespace Weir.Hosting.Health;

/// <summary>Workers are healthy when the last run of each went well.</summary>
internal sealed class WorkerHealthCheck(IWorkers workers) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        var failing = workers.GetStatuses().Where(w => w.LastError is not null).ToArray();
        return Task.FromResult(
            failing.Length == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded(
                    string.Join("; ", failing.Select(w => $"{w.Name}: {w.LastError}"))
                )
        );
    }
}

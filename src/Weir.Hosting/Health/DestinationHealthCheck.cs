using Microsoft.Extensions.Diagnostics.HealthChecks;
using Weir.Pooling.Destinations;

namespace Weir.Hosting.Health;

/// <summary>A destination is healthy when it can be leased.</summary>
internal sealed class DestinationHealthCheck(IDestinations destinations, string name) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            await using var lease = await destinations.LeaseAsync(name, cancellationToken);
            return HealthCheckResult.Healthy(data: Data());
        }
        catch (DestinationException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message, e, Data());
        }
    }

    private Dictionary<string, object> Data()
    {
        var data = new Dictionary<string, object>();
        if (destinations.GetStatistics().FirstOrDefault(d => d.Name == name) is { } told)
        {
            data["state"] = told.State.ToString();
            data["leases"] = told.Leases;
            data["connections"] = told.Available + told.InUse + told.Pending;
            data["errors"] = told.Errors;
        }
        return data;
    }
}

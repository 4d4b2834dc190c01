using Weir.Doctor.Advice;
using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>Pools that keep far more connections than they use.</summary>
internal sealed class IdlePools : IDiagnosis
{
    private const int Many = 15;
    private const double Harmful = 0.1;
    private const double LongEnough = 30;

    public IEnumerable<Finding> Of(Patient server)
    {
        foreach (var holder in server.Holders)
        {
            var perClient = holder.IdleThroughout / Math.Max(1, holder.Clients);
            if (holder.Clients == 0 || perClient < Many || holder.MostActive * 4 > holder.Pooled)
            {
                continue;
            }

            yield return new Finding
            {
                Kind = "missing-idle-limit",
                Severity =
                    holder.IdleThroughout >= Harmful * server.Limit ? Severity.Warning : Severity.Notice,
                Subject = holder.Name,
                Title = $"{holder.IdleThroughout} connections do nothing: {holder.Name}",
                Evidence =
                [
                    $"in {server.Watched}, {holder.IdleThroughout} of {holder.Connections} connections never worked; at most {holder.MostActive} worked at once",
                    server.Seconds < LongEnough
                        ? $"watched for {server.Seconds:0} s only: a pool with maxIdleTimeMS=30000 may still let go of them; --for 60s tells"
                        : "that is longer than the usual maxIdleTimeMS of 30 s",
                ],
                Cause =
                    "Drivers keep idle connections for ever unless maxIdleTimeMS says otherwise: a burst of one minute holds its connections until the process ends.",
                Change =
                [
                    $"add to the connection string: maxIdleTimeMS=30000 (and {DriverAdvice.PoolOptions.Split('&')[0]})",
                ],
            };
        }
    }
}

using Weir.Doctor.Advice;
using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>Clients that are made again and again and never closed.</summary>
internal sealed class Leak : IDiagnosis
{
    private const int Least = 3;

    public IEnumerable<Finding> Of(Patient server)
    {
        foreach (var holder in server.Holders)
        {
            // Processes that start make clients too, but all of them soon and each only one.
            if (
                holder.NewClients < Least
                || holder.NewClientLooks < Least
                || holder.GoneClients * 4 > holder.NewClients
            )
            {
                continue;
            }

            var left = server.Limit - server.Last.Current;
            var perSecond = holder.Opened / server.Seconds;
            yield return new Finding
            {
                Kind = "leak",
                Severity = Severity.Critical,
                Subject = holder.Name,
                Title = $"Clients are made and never closed: {holder.Name}",
                Evidence =
                [
                    $"{holder.NewClients} more clients in {server.Watched}, and {holder.GoneClients} gone; now {holder.Clients} clients with {holder.Connections} connections, of which {holder.IdleThroughout} did nothing all the time",
                    FormattableString.Invariant(
                        $"at this rate the {left} connections that are left last {left / perSecond / 60:0.#} minutes"
                    ),
                ],
                Cause =
                    "Something makes a client for each call and forgets it. A client that nobody closes keeps its monitors and its idle connections for as long as the process lives; garbage collection does not close it.",
                Change =
                [
                    "create the client once per process:",
                    DriverAdvice.For(holder.Driver).OneClient,
                    "weir doctor --source DIR finds the places",
                ],
            };
        }
    }
}

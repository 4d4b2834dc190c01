using Weir.Hosting.Workers;
using Weir.Pooling.Destinations;
using Weir.Proxy.Administration;

namespace Weir.Hosting.Listeners;

/// <summary>What a host of Weir shows of itself: its destinations and its workers.</summary>
internal static class HostTables
{
    public static void AddTo(AdminDesk desk, IDestinations destinations, IWorkers? workers)
    {
        desk.Add(DestinationTable.Create(destinations));
        if (workers is not null)
        {
            desk.Add(
                Workers.Build("workers", "A background worker that this process hosts.", workers.GetStatuses)
            );
        }
    }

    private static TableBuilder<WorkerStatus> Workers =>
        new TableBuilder<WorkerStatus>()
            .Text("name", "Its name", w => w.Name)
            .Text("state", "What it does now", w => w.State.ToString().ToLowerInvariant())
            .Text("schedule", "When it runs", w => w.Schedule)
            .Flag("leads", "Whether this process leads for it", w => w.Fence is not null)
            .Number("fence", "The fence of the term in which it leads; 0: it does not", w => w.Fence ?? 0)
            .Time("nextDue", "When the next run is due", w => w.NextDue)
            .Time("lastStarted", "When the last run began", w => w.LastStarted)
            .Time("lastEnded", "When the last run ended", w => w.LastEnded)
            .Text("lastError", "Why the last run failed", w => w.LastError)
            .Number("runs", "Runs that have begun", w => w.Runs)
            .Number("failures", "Of these: ended by an error or a time limit", w => w.Failures)
            .Number("timeouts", "Of these: ended by their time limit", w => w.Timeouts)
            .Number("skipped", "Times that were left out, because the run before still ran", w => w.Skipped);
}

using System.CommandLine;
using Weir.Pooling.Destinations;
using Weir.Sync;
using Weir.Sync.Runs;
using Weir.Sync.Sources;

namespace Weir.Cli.Sync;

/// <summary><c>weir sync plan</c>: what a run would do, without doing it.</summary>
internal static class SyncPlanCommand
{
    public static Command Create()
    {
        var command = new Command(
            "plan",
            "Say what a run would do, read a record of each entity, and write nothing."
        )
        {
            SyncArguments.Jobs,
            SyncArguments.Config,
        };
        SyncArguments.SetAction(
            command,
            async (_, settings, jobs, token) =>
            {
                await using var destinations = new DestinationRegistry(SyncDestinations.OptionsFor(settings));
                var planner = new SyncPlanner(settings, new SourceContext(destinations, TimeProvider.System));
                foreach (var job in jobs)
                {
                    foreach (var entity in job.Entities)
                    {
                        Console.Out.WriteLine(await planner.DescribeAsync(job, entity, token));
                    }
                }
                return SyncExit.Done;
            }
        );
        return command;
    }
}

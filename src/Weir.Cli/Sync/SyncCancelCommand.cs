using System.CommandLine;
using Weir.Pooling.Destinations;
using Weir.Sync;
using Weir.Sync.Runs;
using Weir.Sync.Sources;

namespace Weir.Cli.Sync;

/// <summary><c>weir sync cancel</c>: ends runs wherever they run.</summary>
internal static class SyncCancelCommand
{
    public static Command Create()
    {
        var command = new Command(
            "cancel",
            "Stop the runs of jobs, wherever they run; they can be resumed. A runner hears of it within a third of its lease."
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
                var cancelled = await new SyncStatus(
                    settings,
                    new SourceContext(destinations, TimeProvider.System)
                ).CancelAsync(jobs, token);
                Console.Out.WriteLine(
                    cancelled.Count == 0
                        ? "no run is under way"
                        : $"cancelled: {string.Join(", ", cancelled)}"
                );
                return SyncExit.Done;
            }
        );
        return command;
    }
}

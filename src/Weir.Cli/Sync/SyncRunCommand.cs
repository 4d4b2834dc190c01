using System.CommandLine;
using Weir.Pooling.Destinations;
using Weir.Sync;
using Weir.Sync.Jobs;
using Weir.Sync.Runs;
using Weir.Sync.Sources;

namespace Weir.Cli.Sync;

/// <summary><c>weir sync run</c> and <c>weir sync resume</c>.</summary>
internal static class SyncRunCommand
{
    private static readonly Option<bool> Restart = new("--restart")
    {
        Description = "Begin anew instead of going on with a run that was not finished.",
    };

    private static readonly Option<bool> Once = new("--once")
    {
        Description = "Follow until no change is left, instead of until told to stop.",
    };

    private static readonly Option<bool> Scheduled = new("--scheduled")
    {
        Description = "Keep running, and run each job when its schedule says, until SIGINT or SIGTERM.",
    };

    public static Command Create()
    {
        var command = new Command("run", "Run jobs, going on with runs that were not finished.")
        {
            SyncArguments.Jobs,
            SyncArguments.Config,
            SyncArguments.Json,
            Restart,
            Once,
            Scheduled,
        };
        SyncArguments.SetAction(
            command,
            (parsed, settings, jobs, token) =>
            {
                var options = new RunOptions
                {
                    Restart = parsed.GetValue(Restart),
                    Once = parsed.GetValue(Once),
                };
                return RunAsync(
                    settings,
                    jobs,
                    options,
                    parsed.GetValue(Scheduled),
                    ProgressView.For(parsed),
                    token
                );
            }
        );
        return command;
    }

    public static Command CreateResume()
    {
        var command = new Command("resume", "Go on with the runs that were not finished, and begin none.")
        {
            SyncArguments.Jobs,
            SyncArguments.Config,
            SyncArguments.Json,
            Once,
        };
        SyncArguments.SetAction(
            command,
            (parsed, settings, jobs, token) =>
            {
                var options = new RunOptions { OnlyUnfinished = true, Once = parsed.GetValue(Once) };
                return RunAsync(settings, jobs, options, false, ProgressView.For(parsed), token);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(
        SyncSettings settings,
        IReadOnlyList<SyncJob> jobs,
        RunOptions options,
        bool isScheduled,
        ProgressView view,
        CancellationToken cancellationToken
    )
    {
        await using var destinations = new DestinationRegistry(SyncDestinations.OptionsFor(settings));
        var context = new SourceContext(destinations, TimeProvider.System);
        var runner = new SyncRunner(settings, context, view.Tell);
        if (isScheduled)
        {
            await new ScheduledRuns(runner, settings, context, view).RunAsync(jobs, cancellationToken);
            return SyncExit.Done;
        }
        using var shown = new CancellationTokenSource();
        var showing = view.ShowAsync(runner.Progress, shown.Token);
        var results = await runner.RunAsync(jobs, options, cancellationToken);
        await shown.CancelAsync();
        await showing;
        view.End(results);
        return SyncExit.Of(results);
    }
}

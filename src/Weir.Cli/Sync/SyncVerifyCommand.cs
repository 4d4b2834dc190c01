using System.CommandLine;
using Weir.Pooling.Destinations;
using Weir.Sync;
using Weir.Sync.Jobs;
using Weir.Sync.Sources;
using Weir.Sync.Verification;

namespace Weir.Cli.Sync;

/// <summary><c>weir sync verify</c>: whether the destination holds what the source does.</summary>
internal static class SyncVerifyCommand
{
    private static readonly Option<bool> Restart = new("--restart")
    {
        Description = "Begin anew instead of going on with a verification that was not finished.",
    };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "How many differing documents of an entity are named.",
        DefaultValueFactory = _ => 100,
    };

    public static Command Create()
    {
        var command = new Command(
            "verify",
            "Compare sources and destinations: counts, a hash of every document, and the names of those that differ. Ends with 5 when any do."
        )
        {
            SyncArguments.Jobs,
            SyncArguments.Config,
            SyncArguments.Json,
            Restart,
            Limit,
        };
        SyncArguments.SetAction(command, RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        SyncSettings settings,
        IReadOnlyList<SyncJob> jobs,
        CancellationToken cancellationToken
    )
    {
        await using var destinations = new DestinationRegistry(SyncDestinations.OptionsFor(settings));
        var view = ProgressView.For(parsed);
        var context = new SourceContext(destinations, TimeProvider.System);
        var verifier = new SyncVerifier(settings, context, view.Tell) { Named = parsed.GetValue(Limit) };
        var isSame = true;
        using var shown = new CancellationTokenSource();
        var showing = view.ShowAsync(verifier.Progress, shown.Token);
        try
        {
            foreach (var job in jobs)
            {
                foreach (var entity in job.Entities)
                {
                    var isRestart = parsed.GetValue(Restart);
                    var result = await verifier.RunAsync(job, entity, isRestart, cancellationToken);
                    view.End(verifier.Progress.Last(), result);
                    isSame &= result.IsSame;
                }
            }
        }
        finally
        {
            await shown.CancelAsync();
            await showing;
        }
        return isSame ? SyncExit.Done : SyncExit.Differs;
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
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
        var verifier = new SyncVerifier(settings, new SourceContext(destinations, TimeProvider.System))
        {
            Named = parsed.GetValue(Limit),
        };
        var isSame = true;
        foreach (var job in jobs)
        {
            foreach (var entity in job.Entities)
            {
                var began = Stopwatch.GetTimestamp();
                var result = await verifier.RunAsync(
                    job,
                    entity,
                    parsed.GetValue(Restart),
                    cancellationToken
                );
                var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
                isSame &= result.IsSame;
                if (parsed.GetValue(SyncArguments.Json))
                {
                    Console.Out.WriteLine(Json(job, entity, result, seconds).ToJsonString());
                }
                else
                {
                    Write(job, entity, result, seconds);
                }
            }
        }
        return isSame ? SyncExit.Done : SyncExit.Differs;
    }

    private static void Write(SyncJob job, SyncEntity entity, VerifyResult result, double seconds)
    {
        Console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{job.Name}/{entity.Name}: {(result.IsSame ? "the same" : "DIFFERENT")}; {result.SourceCount:N0} at the source, {result.DestinationCount:N0} at the destination, {result.Missing:N0} missing, {result.Extra:N0} extra, {result.Differing:N0} differing; {result.SourceCount / seconds:N0}/s"
            )
        );
        foreach (var difference in result.Named)
        {
            Console.Out.WriteLine($"  {difference.Kind.ToString().ToLowerInvariant()}: {difference.Key}");
        }
    }

    private static JsonObject Json(SyncJob job, SyncEntity entity, VerifyResult result, double seconds) =>
        new()
        {
            ["job"] = job.Name,
            ["entity"] = entity.Name,
            ["same"] = result.IsSame,
            ["source"] = result.SourceCount,
            ["destination"] = result.DestinationCount,
            ["missing"] = result.Missing,
            ["extra"] = result.Extra,
            ["differing"] = result.Differing,
            ["seconds"] = seconds,
            ["named"] = new JsonArray([
                .. result.Named.Select(d => new JsonObject
                {
                    ["kind"] = d.Kind.ToString().ToLowerInvariant(),
                    ["key"] = d.Key,
                }),
            ]),
        };
}

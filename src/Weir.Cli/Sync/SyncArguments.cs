using System.CommandLine;
using Weir.Sync.Configuration;
using Weir.Sync.Jobs;

namespace Weir.Cli.Sync;

/// <summary>What the commands of <c>weir sync</c> have in common.</summary>
internal static class SyncArguments
{
    public static readonly Argument<string[]> Jobs = new("job")
    {
        Description = "Jobs of the file; all where none is named.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static readonly Option<string?> Config = new("--config")
    {
        Description =
            "The file of jobs (docs/sync.md), or $WEIR_SYNC_CONFIG; default ./sync.yaml, else the sync section of ./weir.json.",
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Say it as JSON, one object a line.",
    };

    /// <summary>Runs a command on the file's settings and the jobs that were named; errors of the file end it with 1.</summary>
    public static void SetAction(
        Command command,
        Func<ParseResult, SyncSettings, IReadOnlyList<SyncJob>, CancellationToken, Task<int>> run
    ) =>
        command.SetAction(
            async (parsed, _) =>
            {
                using var signals = new StopSignals();
                try
                {
                    var settings = SyncFile.Load(PathOf(parsed.GetValue(Config)));
                    var jobs = Select(settings, parsed.GetValue(Jobs) ?? []);
                    return await run(parsed, settings, jobs, signals.Token);
                }
                catch (SyncConfigurationException error)
                {
                    await Console.Error.WriteLineAsync(error.Message);
                    return SyncExit.BadConfiguration;
                }
                catch (UnknownJobException error)
                {
                    await Console.Error.WriteLineAsync($"weir sync: {error.Message}");
                    return SyncExit.BadConfiguration;
                }
                catch (Exception error)
                    when (error
                            is Pooling.Destinations.DestinationException
                                or Weir.Sync.Sources.SourceException
                                or Weir.Sync.Runs.SyncException
                                or Pooling.Connections.CommandException
                                or Pooling.Connections.ConnectionException
                                or Pooling.Pools.PoolClearedException
                                or Pooling.Pools.PoolTimeoutException
                                or Pooling.Pools.WaitQueueFullException
                                or Pooling.Selection.ServerSelectionException
                    )
                {
                    await Console.Error.WriteLineAsync($"weir sync: {error.Message}");
                    return SyncExit.Failed;
                }
                catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
                {
                    return SyncExit.Interrupted;
                }
            }
        );

    private static string PathOf(string? option) =>
        option
        ?? (
            Environment.GetEnvironmentVariable("WEIR_SYNC_CONFIG") is { Length: > 0 } variable
                ? variable
                : null
        )
        ?? (File.Exists("sync.yaml") || !File.Exists("weir.json") ? "sync.yaml" : "weir.json");

    private static List<SyncJob> Select(SyncSettings settings, string[] names)
    {
        var unknown = names.Except(settings.Jobs.Select(j => j.Name)).ToList();
        if (unknown.Count > 0)
        {
            throw new UnknownJobException(
                $"there is no job '{unknown[0]}' (there are: {string.Join(", ", settings.Jobs.Select(j => j.Name))})"
            );
        }
        return [.. settings.Jobs.Where(j => names.Length == 0 || names.Contains(j.Name))];
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Weir.Pooling.Destinations;
using Weir.Sync;
using Weir.Sync.Jobs;
using Weir.Sync.Runs;
using Weir.Sync.Sources;

namespace Weir.Cli.Sync;

/// <summary><c>weir sync status</c>: what the checkpoints say.</summary>
internal static class SyncStatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Say where jobs stand, from their checkpoints.")
        {
            SyncArguments.Jobs,
            SyncArguments.Config,
            SyncArguments.Json,
        };
        SyncArguments.SetAction(
            command,
            (parsed, settings, jobs, token) =>
                RunAsync(settings, jobs, parsed.GetValue(SyncArguments.Json), token)
        );
        return command;
    }

    private static async Task<int> RunAsync(
        SyncSettings settings,
        IReadOnlyList<SyncJob> jobs,
        bool isJson,
        CancellationToken cancellationToken
    )
    {
        await using var destinations = new DestinationRegistry(SyncDestinations.OptionsFor(settings));
        var statuses = await new SyncStatus(
            settings,
            new SourceContext(destinations, TimeProvider.System)
        ).ReadAsync(jobs, cancellationToken);
        if (isJson)
        {
            foreach (var status in statuses)
            {
                Console.Out.WriteLine(Json(status).ToJsonString());
            }
        }
        else
        {
            Write(statuses);
        }
        return SyncExit.Done;
    }

    private static JsonObject Json(EntityStatus status) =>
        new()
        {
            ["job"] = status.Job,
            ["entity"] = status.Entity,
            ["state"] = status.State,
            ["phase"] = status.Phase,
            ["runner"] = status.Runner,
            ["started"] = status.Started,
            ["finished"] = status.Finished,
            ["estimate"] = status.Estimate,
            ["partsDone"] = status.PartsDone,
            ["parts"] = status.Parts,
            ["counts"] = JsonProgress.Json(status.Counts),
            ["error"] = status.Error,
        };

    private static void Write(IReadOnlyList<EntityStatus> statuses)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumn(new TableColumn("entity").NoWrap());
        table.AddColumn("state");
        foreach (var number in (ReadOnlySpan<string>)["read", "written", "refused"])
        {
            table.AddColumn(new TableColumn(number).NoWrap().RightAligned());
        }
        foreach (var other in (ReadOnlySpan<string>)["parts", "began", "ended", "runner"])
        {
            table.AddColumn(new TableColumn(other).NoWrap());
        }
        foreach (var status in statuses)
        {
            var state = status.Phase is { } phase ? $"{status.State}, {phase}" : status.State;
            table.AddRow(
                new Text($"{status.Job}/{status.Entity}"),
                new Text(status.Error is null ? state : $"{state}: {status.Error}"),
                new Text(Number(status.Counts.Read)),
                new Text(Number(status.Counts.Written)),
                new Text(Number(status.Counts.Refused)),
                new Text(status.Parts > 0 ? $"{status.PartsDone} of {status.Parts}" : ""),
                new Text(Time(status.Started)),
                new Text(Time(status.Finished)),
                new Text(status.Runner ?? "")
            );
        }
        Terminal.Open().Write(table);
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset? time) =>
        time?.ToString("MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}

using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Cli.Look;

/// <summary><c>weir status</c>: prints once what is to be seen.</summary>
internal static class StatusCommand
{
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print it as JSON, with all columns.",
    };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var command = new Command(
            "status",
            "Say once how a running Weir is, or any deployment. Exit code 0: said; 1: it does not answer."
        )
        {
            LookOptions.Target,
            LookOptions.Token,
            Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken _)
    {
        using var signals = new StopSignals();
        try
        {
            await using var view = LookOptions.CreateView(parsed);
            var picture = await view.LookAsync(signals.Token);
            if (parsed.GetValue(Json))
            {
                Console.Out.WriteLine(ToJson(picture).ToJsonString(Indented));
            }
            else
            {
                StatusReport.Write(picture, Console.Out);
            }

            return 0;
        }
        catch (LookException error)
        {
            await Console.Error.WriteLineAsync($"weir status: {error.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    private static JsonObject ToJson(Picture picture)
    {
        var json = new JsonObject { ["title"] = picture.Title };
        foreach (var table in picture.Tables)
        {
            json[table.Name] = new JsonArray([.. table.Rows.Select(row => row.DeepClone())]);
        }

        return json;
    }
}

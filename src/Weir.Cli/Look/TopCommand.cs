using System.CommandLine;

namespace Weir.Cli.Look;

/// <summary><c>weir top</c>: a live view in the terminal.</summary>
internal static class TopCommand
{
    private static readonly Option<double> Interval = new("--interval")
    {
        Description = "Seconds between two looks.",
        DefaultValueFactory = _ => 1,
    };

    public static Command Create()
    {
        var command = new Command("top", "Watch a running Weir, or any deployment, in the terminal.")
        {
            LookOptions.Target,
            LookOptions.Token,
            Interval,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken _)
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
        {
            await Console.Error.WriteLineAsync("weir top: this is no terminal; weir status prints once");
            return 1;
        }

        using var signals = new StopSignals();
        try
        {
            await using var view = LookOptions.CreateView(parsed);
            var interval = TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(Interval), 0.1, 3600));
            await new TopProgram(view, interval).RunAsync(signals.Token);
            return 0;
        }
        catch (LookException error)
        {
            await Console.Error.WriteLineAsync($"weir top: {error.Message}");
            return 1;
        }
    }
}

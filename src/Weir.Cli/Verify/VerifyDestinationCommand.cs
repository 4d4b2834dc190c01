using System.CommandLine;
using System.Globalization;
using Weir.Cli.Configuration;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Verify;

/// <summary><c>weir verify destination</c>: tries out the pools of a destination.</summary>
internal static class VerifyDestinationCommand
{
    private const int Failed = 1;

    private static readonly Argument<string> Destination = new("destination")
    {
        Description = "A connection string, or the name of an upstream in the configuration file.",
    };

    private static readonly Option<string> Config = new("--config")
    {
        Description = "The file that has the name; default weir.json.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "weir.json",
    };

    private static readonly Option<string?> Database = new("--database")
    {
        Description =
            "Where the scratch collection is made; default: the connection string's, else \"test\".",
        HelpName = "NAME",
    };

    public static Command Create()
    {
        var command = new Command(
            "destination",
            "Try out a destination's pools: sharing, reuse, chunks side by side, idle clean-up, a close that drains. Writes to a scratch collection and removes it. Exit code 0: every step passed; 1: one did not."
        )
        {
            Destination,
            Config,
            Database,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken _)
    {
        var told = parsed.GetValue(Destination)!;
        ConnectionString connectionString;
        try
        {
            connectionString = Find(told, parsed.GetValue(Config)!);
        }
        catch (Exception e) when (e is ConnectionStringException or ConfigurationException)
        {
            await Console.Error.WriteLineAsync($"weir verify destination: {e.Message}");
            return Failed;
        }
        using var signals = new StopSignals();
        var database = parsed.GetValue(Database) ?? connectionString.Database ?? "test";
        Console.WriteLine($"{connectionString}, database {database}");
        try
        {
            var passed = await new DestinationTrial(connectionString, database, new TrialOptions()).RunAsync(
                Tell,
                signals.Token
            );
            Console.WriteLine(passed ? "PASS" : "FAIL");
            return passed ? 0 : Failed;
        }
        catch (OperationCanceledException)
        {
            return Failed;
        }
    }

    private static void Tell(TrialStep step) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(step.Passed ? "ok  " : "FAIL")} {step.Title} ({step.Took.TotalSeconds:0.00} s)\n     {step.Figures}"
            )
        );

    private static ConnectionString Find(string told, string file)
    {
        if (told.Contains("://", StringComparison.Ordinal))
        {
            return ConnectionString.Parse(told);
        }
        var upstreams = ConfigurationFile.Load(file).Proxy.Upstreams;
        var found =
            upstreams.FirstOrDefault(u => u.Name == told)
            ?? throw new ConfigurationException(
                file,
                [
                    $"there is no upstream named \"{told}\"; there are: {string.Join(", ", upstreams.Select(u => u.Name))}",
                ]
            );
        return found.ConnectionString;
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Weir.Cli.Demo;

/// <summary><c>weir demo</c>: the first incident, measured directly and through Weir.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command(
            "demo",
            "Run the 500-connections incident on this machine, directly and through Weir, and print the difference."
        );
        command.SetAction(
            async (_, _) =>
            {
                using var signals = new StopSignals();
                return await RunAsync(signals.Token);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var plan = new IncidentPlan();
        Console.Out.WriteLine(
            $"A server that allows {IncidentPlan.ConnectionLimit} connections; an API and two workers, each a process with a client of"
                + $" up to {IncidentPlan.ClientPoolSize} connections; {plan.Restarts} restarts, old and new overlapping, the old ended by kill -9."
        );

        var direct = await RunOnceAsync(plan, "directly", throughWeir: false, cancellationToken);
        var weir = await RunOnceAsync(plan, "through Weir", throughWeir: true, cancellationToken);

        Console.Out.WriteLine();
        AnsiConsole.Write(DemoTable.Render(direct, weir));
        Console.Out.WriteLine(
            "Connections are the server's own counts; the rest is what the client processes reported."
        );
        SayCommonestError("directly", direct);
        SayCommonestError("through Weir", weir);
        var seconds = Stopwatch
            .GetElapsedTime(started)
            .TotalSeconds.ToString("N0", CultureInfo.InvariantCulture);
        Console.Out.WriteLine($"Measured just now, in {seconds} s; nothing is left running.");
        return 0;
    }

    private static async Task<IncidentResult> RunOnceAsync(
        IncidentPlan plan,
        string way,
        bool throughWeir,
        CancellationToken cancellationToken
    )
    {
        Console.Out.WriteLine($"{way}:");
        var run = new IncidentRun(plan, line => Console.Out.WriteLine($"  {line}"));
        return await run.RunAsync(throughWeir, cancellationToken);
    }

    private static void SayCommonestError(string way, IncidentResult result)
    {
        if (result.CommonestError is { } error)
        {
            Console.Out.WriteLine($"The commonest error {way}: {error}");
        }
    }
}

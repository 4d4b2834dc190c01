using System.CommandLine;
using System.Text.Json;
using Weir.Doctor;
using Weir.Doctor.Looks;
using Weir.Doctor.Reports;
using Weir.Doctor.Source;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Doctor;

/// <summary><c>weir doctor</c>: who holds a deployment's connections, what is wrong, and what to change.</summary>
internal static class DoctorCommand
{
    private const int Found = 1;
    private const int NotLooked = 2;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private static readonly Argument<string?> Uri = new("uri")
    {
        Description = "Connection string: mongodb://… or mongodb+srv://…",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<TimeSpan?> For = DurationOption.Create(
        "--for",
        "How long to watch, 10s by default; longer sees more of idle pools and slow leaks."
    );

    private static readonly Option<bool> Watch = new("--watch")
    {
        Description = "Examine again and again until SIGINT; --fail-on then looks at every report.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON." };

    private static readonly Option<string?> Source = new("--source")
    {
        Description = "Read a code base instead: JavaScript, TypeScript, Python, C# and start scripts.",
        HelpName = "DIR",
    };

    private static readonly Option<Severity?> FailOn = new("--fail-on")
    {
        Description =
            "Exit with 1 when there is a finding of this severity or worse: notice, warning, critical.",
        HelpName = "SEVERITY",
    };

    public static Command Create()
    {
        var command = new Command(
            "doctor",
            "Examine a deployment (read-only): who holds its connections, what is wrong, why, and what to change. Exit code 0: examined; 1: a finding as bad as --fail-on; 2: it could not be examined."
        )
        {
            Uri,
            Source,
            For,
            Watch,
            Json,
            FailOn,
        };
        For.Validators.Add(result =>
        {
            if (
                result.Tokens.Count > 0
                && DurationOption.TryParse(result.Tokens[^1].Value, out var duration)
                && duration > Longest
            )
            {
                result.AddError(
                    "--for is at most 1h: the doctor remembers every connection that it has seen"
                );
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken _)
    {
        var folder = parsed.GetValue(Source);
        if (parsed.GetValue(Uri) is null == folder is null)
        {
            await Console.Error.WriteLineAsync(
                "weir doctor: say what to examine: weir doctor <uri>, or weir doctor --source DIR"
            );
            return NotLooked;
        }

        if (folder is not null)
        {
            return ReadSource(parsed, folder);
        }

        var text = parsed.GetValue(Uri)!;

        if (UriArgument.Parse(text, "doctor") is not { } uri)
        {
            return NotLooked;
        }

        using var signals = new StopSignals();
        try
        {
            return await ExamineAsync(parsed, uri, signals.Token);
        }
        catch (LookException error)
        {
            await Console.Error.WriteLineAsync($"weir doctor: {error.Message}");
            return NotLooked;
        }
        catch (OperationCanceledException)
        {
            return NotLooked;
        }
    }

    private static async Task<int> ExamineAsync(
        ParseResult parsed,
        ConnectionString uri,
        CancellationToken cancellationToken
    )
    {
        var duration = parsed.GetValue(For) ?? TimeSpan.FromSeconds(10);
        await using var observer = new Observer(uri);
        await observer.ConnectAsync(cancellationToken);
        var examination = new Examination(uri, observer, TimeProvider.System);
        var isBad = false;
        do
        {
            Announce(uri, duration);
            var report = await examination.RunAsync(duration, cancellationToken);
            Print(report, parsed);
            isBad |=
                parsed.GetValue(FailOn) is { } worst
                && report.Findings.Any(finding => finding.Severity >= worst);
        } while (parsed.GetValue(Watch) && !cancellationToken.IsCancellationRequested);

        return isBad ? Found : 0;
    }

    private static int ReadSource(ParseResult parsed, string folder)
    {
        try
        {
            var report = SourceScan.Read(folder);
            if (parsed.GetValue(Json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.SourceReport));
            }
            else
            {
                SourceText.Write(report, Terminal.Open());
            }

            return report.Findings.Any(finding => finding.Severity >= parsed.GetValue(FailOn)) ? Found : 0;
        }
        catch (IOException error)
        {
            Console.Error.WriteLine($"weir doctor: {error.Message}");
            return NotLooked;
        }
    }

    // To standard error: standard output is the report.
    private static void Announce(ConnectionString uri, TimeSpan duration)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(
                FormattableString.Invariant($"watching {uri} for {duration.TotalSeconds:0.#} s …")
            );
        }
    }

    private static void Print(DoctorReport report, ParseResult parsed)
    {
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.DoctorReport));
            return;
        }

        var console = Terminal.Open();
        if (parsed.GetValue(Watch) && Terminal.IsInteractive)
        {
            console.Clear(home: true);
        }

        ReportText.Write(report, console);
    }
}

using System.CommandLine;
using System.Text.Json;
using Weir.Cli.Doctor;
using Weir.Doctor.Checks;
using Weir.Doctor.Looks;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Verify;

/// <summary><c>weir verify connections</c>: proves that the connections stay at or below a number.</summary>
internal static class VerifyConnectionsCommand
{
    private const int Failed = 1;
    private const int NotLooked = 2;

    private static readonly Argument<string> Uri = UriArgument.Create();

    private static readonly Option<int> Max = new("--max")
    {
        Description = "Connections allowed per server.",
        Required = true,
        HelpName = "COUNT",
    };

    private static readonly Option<TimeSpan?> For = DurationOption.Create(
        "--for",
        "How long to watch, 60s by default; SIGINT ends it earlier and judges what was seen."
    );

    private static readonly Option<string?> App = new("--app")
    {
        Description = "Count only the connections of this application (appName).",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the verdict as JSON." };

    public static Command Create()
    {
        var command = new Command(
            "connections",
            "Watch a deployment's connections. Exit code 0: they stayed at or below --max on every server; 1: they did not; 2: it could not be told."
        )
        {
            Uri,
            Max,
            For,
            App,
            Json,
        };
        Max.Validators.Add(result =>
        {
            if (result.Tokens is [.., { } token] && int.TryParse(token.Value, out var most) && most < 0)
            {
                result.AddError("--max must be 0 or more");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken _)
    {
        if (UriArgument.Parse(parsed.GetValue(Uri)!, "verify connections") is not { } uri)
        {
            return NotLooked;
        }

        using var signals = new StopSignals();
        try
        {
            var verdict = await WatchAsync(parsed, uri, signals.Token);
            if (parsed.GetValue(Json))
            {
                Console.Out.WriteLine(
                    JsonSerializer.Serialize(verdict, VerdictJson.Default.ConnectionVerdict)
                );
            }
            else
            {
                VerdictText.Write(verdict, Terminal.Open());
            }

            return verdict.Passed ? 0 : Failed;
        }
        catch (LookException error)
        {
            await Console.Error.WriteLineAsync($"weir verify connections: {error.Message}");
            return NotLooked;
        }
        catch (OperationCanceledException)
        {
            return NotLooked;
        }
    }

    private static async Task<ConnectionVerdict> WatchAsync(
        ParseResult parsed,
        ConnectionString uri,
        CancellationToken cancellationToken
    )
    {
        var check = new ConnectionCheck(
            parsed.GetValue(Max),
            parsed.GetValue(For) ?? TimeSpan.FromSeconds(60),
            parsed.GetValue(App)
        );
        await using var observer = new Observer(uri);
        await observer.ConnectAsync(cancellationToken);
        return await check.RunAsync(observer, TimeProvider.System, null, cancellationToken);
    }
}

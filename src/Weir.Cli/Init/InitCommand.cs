using System.CommandLine;
using Spectre.Console;
using Weir.Cli.Configuration;
using Weir.Cli.Doctor;
using Weir.Doctor;
using Weir.Doctor.Looks;
using Weir.Doctor.Reports;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Init;

/// <summary><c>weir init</c>: writes <c>weir.json</c> for a deployment, and says what to put into the application.</summary>
internal static class InitCommand
{
    private const int Refused = 1;
    private const int NotLooked = 2;
    private const string DefaultListen = "127.0.0.1:27018";
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(3);

    private static readonly Option<string?> Upstream = new("--upstream")
    {
        Description =
            "Connection string of the deployment, or $WEIR_UPSTREAM; asked for without it. ${NAME} in it is an environment variable.",
    };

    private static readonly Option<string?> Listen = new("--listen")
    {
        Description = $"Address that Weir takes clients on; default {DefaultListen}.",
    };

    private static readonly Option<int?> MaxPoolSize = new("--max-pool-size")
    {
        Description = "Connections per server; without it, what the deployment's present load asks for.",
    };

    private static readonly Option<string> Output = new("--output")
    {
        Description = "The file to write.",
        DefaultValueFactory = _ => "weir.json",
    };

    private static readonly Option<bool> Force = new("--force") { Description = "Overwrite the file." };

    private static readonly Option<bool> NoCheck = new("--no-check")
    {
        Description = "Do not connect to the deployment.",
    };

    public static Command Create()
    {
        var command = new Command(
            "init",
            "Write weir.json for a deployment, after a look at it, and print the connection string for your application. Exit code 0: written; 1: refused; 2: the deployment cannot be looked at."
        )
        {
            Upstream,
            Listen,
            MaxPoolSize,
            Output,
            Force,
            NoCheck,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken _)
    {
        using var signals = new StopSignals();
        try
        {
            return await RunAsync(parsed, Terminal.Open(), signals.Token);
        }
        catch (InitException error)
        {
            await Console.Error.WriteLineAsync($"weir init: {error.Message}");
            return Refused;
        }
        catch (ConfigurationException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return Refused;
        }
        catch (LookException error)
        {
            await Console.Error.WriteLineAsync(
                $"weir init: {error.Message}{Environment.NewLine}weir init: --no-check writes the file without a look"
            );
            return NotLooked;
        }
        catch (OperationCanceledException)
        {
            return NotLooked;
        }
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        IAnsiConsole console,
        CancellationToken cancellationToken
    )
    {
        var output = parsed.GetValue(Output)!;
        if (File.Exists(output) && !parsed.GetValue(Force))
        {
            throw new InitException($"{output} is there already; --force overwrites it");
        }

        var asks = Terminal.IsInteractive && !Console.IsInputRedirected;
        var text = parsed.GetValue(Upstream) ?? Environment.GetEnvironmentVariable("WEIR_UPSTREAM");
        var isAsking = asks && text is null;
        text ??= asks
            ? Questions.Upstream(console)
            : throw new InitException("--upstream is missing (or set WEIR_UPSTREAM)");
        var upstream = UpstreamText.Read(text);
        var report = parsed.GetValue(NoCheck) ? null : await LookAsync(upstream, cancellationToken);
        var advice = PoolAdvice.From(report);
        if (report is not null)
        {
            InitText.Saw(report, advice, console);
        }

        var listen =
            parsed.GetValue(Listen) ?? (isAsking ? Questions.Listen(console, DefaultListen) : DefaultListen);
        var size =
            parsed.GetValue(MaxPoolSize)
            ?? upstream.Parsed.MaxPoolSize
            ?? (isAsking ? Questions.PoolSize(console, advice.MaxPoolSize) : advice.MaxPoolSize);
        var file = InitFile.Compose(upstream.WithPool(size), listen);
        Check(output, file, upstream, listen);
        await File.WriteAllTextAsync(output, file, cancellationToken);
        InitText.Wrote(output, upstream, listen, console);
        return 0;
    }

    private static async Task<DoctorReport> LookAsync(
        UpstreamText upstream,
        CancellationToken cancellationToken
    )
    {
        await using var observer = new Observer(upstream.Parsed);
        await observer.ConnectAsync(cancellationToken);
        return await new Examination(upstream.Parsed, observer, TimeProvider.System).RunAsync(
            Watched,
            cancellationToken
        );
    }

    // What is written is what weir serve accepts; a variable that is not set here yet is set there.
    private static void Check(string output, string file, UpstreamText upstream, string listen)
    {
        var errors = new ConfigurationErrors(output);
        ListenerReader.Read(
            listen,
            "main",
            replicaSet: null,
            hasUsers: false,
            allowAnonymous: false,
            addressKey: "listen",
            errors
        );
        if (errors.Any)
        {
            throw errors.ToException();
        }

        if (upstream.NewVariables.Count == 0)
        {
            ConfigurationFile.Parse(output, file);
        }
    }
}

using System.CommandLine;
using Weir.Sandbox;

namespace Weir.Cli.Try;

/// <summary><c>weir sandbox</c>: an in-memory deployment to try drivers and Weir against.</summary>
internal static class SandboxCommand
{
    private static readonly Option<int> Port = new("--port")
    {
        Description = "First port on 127.0.0.1; each member takes the next. 0: the system chooses.",
        DefaultValueFactory = _ => 27017,
    };

    private static readonly Option<string?> ReplicaSet = new("--replica-set")
    {
        Description = "Name of the replica set; a standalone without it.",
    };

    private static readonly Option<int> Members = new("--members")
    {
        Description = "Members of the replica set.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<int> MaxConnections = new("--max-connections")
    {
        Description = "Connections that each member allows; it refuses more, as a server does.",
        DefaultValueFactory = _ => 500,
    };

    private static readonly Option<int> Latency = new("--latency-ms")
    {
        Description = "Milliseconds that every command takes at least.",
    };

    public static Command Create()
    {
        var command = new Command(
            "sandbox",
            "Run an in-memory MongoDB deployment on loopback, for trying things; its data goes when it ends."
        )
        {
            Port,
            ReplicaSet,
            Members,
            MaxConnections,
            Latency,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken _)
    {
        var members = parsed.GetValue(Members);
        var port = parsed.GetValue(Port);
        var options = new SandboxOptions
        {
            ReplicaSetName = parsed.GetValue(ReplicaSet),
            Members = members,
            Ports = port == 0 ? [] : [.. Enumerable.Range(port, Math.Max(members, 0))],
            MaxConnections = parsed.GetValue(MaxConnections),
            Latency = TimeSpan.FromMilliseconds(parsed.GetValue(Latency)),
        };
        try
        {
            using var signals = new StopSignals();
            await using var deployment = await SandboxDeployment.StartAsync(options);
            Console.Out.WriteLine($"listening on {deployment.ConnectionString}");
            await signals.FirstAsync();
            return 0;
        }
        catch (Exception error) when (error is ArgumentException or Transport.ListenException)
        {
            await Console.Error.WriteLineAsync($"weir sandbox: {error.Message}");
            return 1;
        }
    }
}

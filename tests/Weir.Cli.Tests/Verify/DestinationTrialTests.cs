using Weir.Cli.Verify;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Cli.Tests.Verify;

public sealed class DestinationTrialTests
{
    private static readonly TrialOptions Quick = new()
    {
        Pause = TimeSpan.FromMilliseconds(20),
        ChunkTime = TimeSpan.FromMilliseconds(200),
        IdleTimeout = TimeSpan.FromMilliseconds(200),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_destination_that_works_passes_every_step_and_keeps_nothing_of_it()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        var steps = new List<TrialStep>();

        var passed = await new DestinationTrial(Uri(sandbox), "app", Quick).RunAsync(steps.Add, Token);

        Assert.True(passed, string.Join(Environment.NewLine, steps));
        Assert.Equal(6, steps.Count);
        Assert.All(steps, s => Assert.True(s.Passed, s.ToString()));
        Assert.Equal(1, sandbox.Members[0].CommandCount("drop"));
        Assert.InRange(sandbox.Members[0].Connections.Peak, 1, 20);
    }

    [Fact]
    public async Task A_destination_that_refuses_writes_fails_the_steps_that_write()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        var steps = new List<TrialStep>();

        await FailInsertsAsync(Uri(sandbox));
        var passed = await new DestinationTrial(Uri(sandbox), "app", Quick).RunAsync(steps.Add, Token);

        Assert.False(passed);
        Assert.Equal([true, true, false, false, true, false], steps.Select(s => s.Passed));
    }

    [Fact]
    public async Task A_destination_that_is_not_there_fails_with_the_reason()
    {
        var steps = new List<TrialStep>();

        var passed = await new DestinationTrial(
            ConnectionString.Parse("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50"),
            "app",
            Quick
        ).RunAsync(steps.Add, Token);

        Assert.False(passed);
        Assert.Contains("127.0.0.1:1", steps[0].Figures, StringComparison.Ordinal);
    }

    private static ConnectionString Uri(SandboxDeployment sandbox) =>
        ConnectionString.Parse(sandbox.ConnectionString);

    private static async Task FailInsertsAsync(ConnectionString uri)
    {
        await using var destinations = new DestinationRegistry(
            new()
            {
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["it"] = DestinationOptions.Of(uri),
                },
            }
        );
        await using var lease = await destinations.LeaseAsync("it", Token);
        await lease.RunCommandAsync(
            "admin",
            new BsonDocument
            {
                ["configureFailPoint"] = "failCommand",
                ["mode"] = "alwaysOn",
                ["data"] = new BsonDocument
                {
                    ["failCommands"] = new BsonArray { "insert" },
                    ["errorCode"] = 13,
                },
            },
            Token
        );
    }
}

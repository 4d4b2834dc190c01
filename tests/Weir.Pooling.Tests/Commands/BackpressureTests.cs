using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.Tests.Deployments;
using Weir.Protocol.Bson;
using Weir.Testing;

namespace Weir.Pooling.Tests.Commands;

/// <summary>The prose tests of the client backpressure specification.</summary>
public sealed class BackpressureTests
{
    [Theory]
    [InlineData("", 0, 1.0, new[] { 200, 400 })]
    [InlineData("", 0, 0.5, new[] { 100, 200 })]
    [InlineData("", 50, 1.0, new[] { 100, 200 })]
    [InlineData("", -1, 1.0, new[] { 200, 400 })]
    [InlineData("?maxAdaptiveRetries=1", 0, 1.0, new[] { 200 })]
    [InlineData("?maxAdaptiveRetries=0", 0, 1.0, new int[0])]
    [InlineData("?maxAdaptiveRetries=8", 0, 1.0, new[] { 200, 400, 800, 1600, 3200, 6400, 10000, 10000 })]
    public async Task Overload_is_met_with_longer_and_longer_pauses_and_then_told(
        string options,
        int baseBackoff,
        double jitter,
        int[] pauses
    )
    {
        await using var upstream = new Upstream();
        var server = upstream.Serve("a:27017");
        server.Become(Hello.Standalone());
        var asked = 0;
        server.Answer = _ =>
        {
            asked++;
            var error = new BsonDocument
            {
                ["ok"] = 0,
                ["code"] = 462,
                ["errmsg"] = "too much",
                ["errorLabels"] = new BsonArray
                {
                    ErrorLabels.SystemOverloadedError,
                    ErrorLabels.RetryableError,
                },
            };
            if (baseBackoff != 0)
            {
                error["baseBackoffMS"] = baseBackoff;
            }

            return error;
        };
        var clock = new ManualClock();
        await using var runner = new CommandRunner(
            upstream.Connect($"mongodb://a/{options}"),
            new CommandRunnerOptions { Time = clock, Jitter = () => jitter }
        );
        var find = new CommandRequest("app", new BsonDocument("find", "c")) { IsRetryable = true };
        var run = runner.RunAsync(find, TestContext.Current.CancellationToken).AsTask();
        foreach (var pause in pauses)
        {
            Assert.True(SpinWait.SpinUntil(() => clock.ArmedTimers > 0, TimeSpan.FromSeconds(30)));
            Assert.Equal(TimeSpan.FromMilliseconds(pause), clock.UntilNextTimer);
            clock.Advance(TimeSpan.FromMilliseconds(pause));
        }

        var error = await Assert.ThrowsAsync<CommandException>(() => run);
        Assert.True(error.HasLabel(ErrorLabels.SystemOverloadedError));
        Assert.True(error.HasLabel(ErrorLabels.RetryableError));
        Assert.Equal(pauses.Length + 1, asked);
    }
}

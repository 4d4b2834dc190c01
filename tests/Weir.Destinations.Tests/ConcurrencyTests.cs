using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Destinations.Tests;

public sealed class ConcurrencyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_operations_run_at_once_than_the_destination_allows()
    {
        await using var stage = await StartAsync("");
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        await using var other = await stage.Destinations.LeaseAsync("crm", Token);
        stage.Block();

        var running = Enumerable
            .Range(0, 10)
            .Select(i => (i % 2 == 0 ? lease : other).RunCommandAsync("app", Count, Token).AsTask())
            .ToArray();
        await stage.UntilBlockedAsync(2);

        var told = Assert.Single(stage.Destinations.GetStatistics());
        Assert.Equal((2, 8), (told.RunningOperations, told.WaitingOperations));
        stage.Unblock();
        await Task.WhenAll(running);
    }

    [Fact]
    public async Task Who_waits_too_long_for_a_turn_is_told_which_setting_it_was()
    {
        await using var stage = await StartAsync("&waitQueueTimeoutMS=500");
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        stage.Block();
        var running = Enumerable
            .Range(0, 2)
            .Select(_ => lease.RunCommandAsync("app", Count, Token).AsTask())
            .ToArray();
        await stage.UntilBlockedAsync(2);
        var waiting = lease.RunCommandAsync("app", Count, Token).AsTask();

        stage.Clock.Advance(TimeSpan.FromMilliseconds(500));

        var error = await Assert.ThrowsAsync<DestinationException>(() => waiting);
        Assert.Equal(DestinationFailure.Busy, error.Failure);
        Assert.Equal(
            "destination \"crm\": no turn came within waitQueueTimeoutMS (500 ms) (MaxConcurrentOperations is 2)",
            error.Message
        );
        stage.Unblock();
        await Task.WhenAll(running);
    }

    private static BsonDocument Count => new("count", "people");

    private static Task<Stage> StartAsync(string query) =>
        Stage.StartAsync(options: uri =>
            new()
            {
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["crm"] = new() { ConnectionString = uri + query, MaxConcurrentOperations = 2 },
                },
            }
        );
}

using Weir.Pooling.Commands;
using Weir.Pooling.Destinations;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Destinations.Tests;

public sealed class HealthTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_after_a_quiet_time_asks_whether_the_destination_still_answers()
    {
        await using var stage = await Stage.StartAsync();
        await using var first = await stage.Destinations.LeaseAsync("crm", Token);

        stage.Clock.Advance(TimeSpan.FromSeconds(29));
        await (await stage.Destinations.LeaseAsync("crm", Token)).DisposeAsync();
        Assert.Equal(1, stage.Sandbox.Members[0].CommandCount("ping"));
        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        await (await stage.Destinations.LeaseAsync("crm", Token)).DisposeAsync();

        Assert.Equal(2, stage.Sandbox.Members[0].CommandCount("ping"));
        await (await stage.Destinations.LeaseAsync("crm", Token)).DisposeAsync();
        Assert.Equal(2, stage.Sandbox.Members[0].CommandCount("ping"));
    }

    [Fact]
    public async Task Without_a_quiet_time_every_lease_asks_once()
    {
        await using var stage = await Stage.StartAsync(options: uri =>
            new()
            {
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["crm"] = new() { ConnectionString = uri, QuietTime = TimeSpan.Zero },
                },
            }
        );

        await (await stage.Destinations.LeaseAsync("crm", Token)).DisposeAsync();
        await (await stage.Destinations.LeaseAsync("crm", Token)).DisposeAsync();

        Assert.Equal(2, stage.Sandbox.Members[0].CommandCount("ping"));
    }

    [Fact]
    public async Task What_is_in_use_is_not_asked()
    {
        await using var stage = await Stage.StartAsync();
        await using var first = await stage.Destinations.LeaseAsync("crm", Token);
        stage.Clock.Advance(TimeSpan.FromSeconds(29));
        await first.RunCommandAsync("app", new BsonDocument("count", "people"), Token);
        stage.Clock.Advance(TimeSpan.FromSeconds(29));

        await (await stage.Destinations.LeaseAsync("crm", Token)).DisposeAsync();

        Assert.Equal(1, stage.Sandbox.Members[0].CommandCount("ping"));
    }

    [Fact]
    public async Task A_destination_that_moved_is_opened_where_it_is_now_behind_the_leases_that_are_out()
    {
        var resolver = new ScriptedResolver();
        await using var stage = await Stage.StartAsync(options: _ => new() { Resolver = resolver });
        await using var elsewhere = await SandboxDeployment.StartAsync(
            new SandboxOptions { Network = stage.Network }
        );
        resolver.Answer = (_, _) => Task.FromResult<DestinationOptions?>(stage.Options);
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var before = lease.Commands;
        await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);
        resolver.Answer = (_, _) =>
            Task.FromResult<DestinationOptions?>(new() { ConnectionString = elsewhere.ConnectionString });

        stage.Clock.Advance(TimeSpan.FromSeconds(30));
        await using var another = await stage.AdvancingAsync(
            stage.Destinations.LeaseAsync("crm", Token).AsTask()
        );

        Assert.NotSame(before, lease.Commands);
        Assert.Same(another.Commands, lease.Commands);
        await lease.RunCommandAsync("app", Stage.Ping, Token);
        var told = Assert.Single(stage.Destinations.GetStatistics());
        Assert.Equal((1, 1, 2), (told.Replaced, told.Retired, told.Leases));
        await lease.DisposeAsync();
        Assert.Equal(0, Assert.Single(stage.Destinations.GetStatistics()).Retired);
    }

    [Fact]
    public async Task An_operation_that_finds_no_server_has_its_destination_opened_anew()
    {
        var resolver = new ScriptedResolver();
        await using var stage = await Stage.StartAsync(options: _ => new() { Resolver = resolver });
        await using var elsewhere = await SandboxDeployment.StartAsync(
            new SandboxOptions { Network = stage.Network }
        );
        resolver.Answer = (_, _) => Task.FromResult<DestinationOptions?>(stage.Options);
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var before = lease.Commands;
        await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);
        resolver.Answer = (_, _) =>
            Task.FromResult<DestinationOptions?>(new() { ConnectionString = elsewhere.ConnectionString });
        // An operation that is the first to notice fails by its connection, which says less.
        await stage.AdvancingAsync(
            Stage.UntilAsync(
                () => !lease.Pools!.Deployment.Topology.Servers[0].Type.IsKnown(),
                "the monitor has noticed"
            )
        );
        stage.Clock.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAsync<ServerSelectionException>(() =>
            stage.AdvancingAsync(lease.RunCommandAsync("app", Stage.Ping, Token).AsTask())
        );
        await stage.AdvancingAsync(
            Stage.UntilAsync(() => lease.Commands != before, "the lease goes over to the new pools")
        );

        await lease.RunCommandAsync("app", Stage.Ping, Token);
    }

    [Fact]
    public async Task A_destination_that_is_down_keeps_its_pools_and_recovers_with_them()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var before = lease.Commands;
        await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);
        stage.Clock.Advance(TimeSpan.FromSeconds(30));

        var error = await Assert.ThrowsAsync<DestinationException>(() =>
            stage.AdvancingAsync(stage.Destinations.LeaseAsync("crm", Token).AsTask())
        );
        var down = Assert.Single(stage.Destinations.GetStatistics());
        await stage.Sandbox.StartAsync(stage.Sandbox.Members[0]);
        await stage.AdvancingAsync(lease.RunCommandAsync("app", Stage.Ping, Token).AsTask());

        Assert.Equal(DestinationFailure.Unreachable, error.Failure);
        Assert.NotEqual(0, down.Errors);
        Assert.Contains("nobody listens there", down.LastError, StringComparison.Ordinal);
        Assert.False(down.Topology!.Servers[0].Type.IsKnown());
        Assert.Same(before, lease.Commands);
    }

    [Fact]
    public async Task What_a_server_answers_is_no_failure_of_the_destination()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await lease.RunCommandAsync("app", new BsonDocument("nonsense", 1), Token)
        );

        var told = Assert.Single(stage.Destinations.GetStatistics());
        Assert.Equal(0, told.Errors);
        Assert.Equal(0, told.RunningOperations);
    }
}

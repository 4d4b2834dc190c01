using Weir.Pooling;
using Weir.Pooling.Destinations;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Destinations.Tests;

/// <summary>
/// "Topology is closed" cannot be written: every way there is to have pools closed is tried while a lease is held and
/// an operation runs on it, and the lease goes on working.
/// </summary>
public sealed class EveryWayToCloseTests
{
    private static readonly Dictionary<string, Func<Stage, ScriptedResolver, Task>> Ways = new()
    {
        ["its idle time passes, many times over"] = (stage, _) =>
        {
            for (var i = 0; i < 20; i++)
            {
                stage.Clock.Advance(TimeSpan.FromMinutes(5));
            }
            return Task.CompletedTask;
        },
        ["everybody else gives a lease back"] = async (stage, resolver) =>
        {
            for (var i = 0; i < 20; i++)
            {
                await (await LeaseAsync(stage)).DisposeAsync();
            }
        },
        ["somebody gives a lease back twice, and a third time"] = async (stage, resolver) =>
        {
            var other = await LeaseAsync(stage);
            await other.DisposeAsync();
            await other.DisposeAsync();
            await other.DisposeAsync();
            stage.Clock.Advance(TimeSpan.FromHours(1));
        },
        ["it is closed by name"] = async (stage, resolver) =>
        {
            using var impatience = new CancellationTokenSource();
            var closing = stage.Destinations.CloseAsync("crm", impatience.Token);
            Assert.False(closing.IsCompleted);
            await impatience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closing);
        },
        ["it is closed by name again and again, and opened by others in between"] = async (stage, resolver) =>
        {
            for (var i = 0; i < 5; i++)
            {
                var closing = stage.Destinations.CloseAsync("crm", Token);
                await (await LeaseAsync(stage)).DisposeAsync();
                await stage.AdvancingAsync(closing);
            }
        },
        ["the wait for a close by name ends"] = async (stage, resolver) =>
        {
            var closing = stage.Destinations.CloseAsync("crm", Token);
            Assert.Equal(1, await stage.AdvancingAsync(closing));
        },
        ["its server fails and comes back"] = async (stage, resolver) =>
        {
            await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);
            await stage.Sandbox.StartAsync(stage.Sandbox.Members[0]);
        },
        ["every connection breaks"] = (stage, _) =>
        {
            stage.Sandbox.Members[0].KillConnections();
            return Task.CompletedTask;
        },
        ["other pools take its place, because it did not answer"] = async (stage, resolver) =>
        {
            await using var elsewhere = await SandboxDeployment.StartAsync(new() { Network = stage.Network });
            await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);
            resolver.Answer = (_, _) =>
                Task.FromResult<DestinationOptions?>(new() { ConnectionString = elsewhere.ConnectionString });
            stage.Clock.Advance(TimeSpan.FromMinutes(1));
            await using (await stage.AdvancingAsync(LeaseAsync(stage).AsTask()))
            {
                // It has moved there and back again when this is over.
                await stage.Sandbox.StartAsync(stage.Sandbox.Members[0]);
                resolver.Answer = (_, _) => Task.FromResult<DestinationOptions?>(stage.Options);
            }
            await stage.Destinations.CloseAsync("crm", Token);
        },
        ["another destination is closed, fails, and is forgotten"] = async (stage, resolver) =>
        {
            await (await stage.Destinations.LeaseAsync("other", Token)).DisposeAsync();
            await stage.Destinations.CloseAsync("other", Token);
            resolver.Answer = (_, _) => throw new InvalidOperationException("the vault is sealed");
            await Assert.ThrowsAsync<DestinationException>(async () =>
                await stage.Destinations.LeaseAsync("other", Token)
            );
        },
        ["the process begins to shut down"] = async (stage, resolver) =>
        {
            _ = stage.Destinations.ShutDownAsync();
            await Stage.UntilAsync(
                () => stage.Destinations.GetStatistics().All(d => d.State == DestinationState.Draining),
                "it drains"
            );
            stage.Clock.Advance(TimeSpan.FromSeconds(29));
        },
        ["the registry is disposed of, twice"] = async (stage, resolver) =>
        {
            _ = stage.Destinations.DisposeAsync().AsTask();
            _ = stage.Destinations.DisposeAsync().AsTask();
            await Stage.UntilAsync(
                () => stage.Destinations.GetStatistics().All(d => d.State == DestinationState.Draining),
                "it drains"
            );
        },
    };

    public static TheoryData<string> Names => [.. Ways.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_leased_pool_stays_open_when(string way)
    {
        var resolver = new ScriptedResolver();
        await using var stage = await Stage.StartAsync(options: _ => new() { Resolver = resolver });
        resolver.Answer = (_, _) => Task.FromResult<DestinationOptions?>(stage.Options);
        var lease = await LeaseAsync(stage);
        var pools = lease.Pools!;

        await Ways[way](stage, resolver);

        Assert.False(pools.Closed.IsCompleted);
        Assert.All(pools.Deployment.Servers, s => Assert.NotEqual(PoolState.Closed, s.Pool.Statistics.State));
        // On the pools that were leased, and on those that the lease has gone over to, if it has.
        await stage.AdvancingAsync(pools.PingAsync(Token));
        await stage.AdvancingAsync(lease.RunCommandAsync("app", Stage.Ping, Token).AsTask());

        // And they are no more than held: given back, they close.
        await lease.DisposeAsync();
        await stage.Destinations.CloseAsync("crm", Token);
        await pools.Closed.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task An_operation_under_way_ends_well_however_its_lease_is_closed()
    {
        await using var stage = await Stage.StartAsync();
        var lease = await LeaseAsync(stage);
        stage.Block();
        var running = lease.RunCommandAsync("app", new BsonDocument("count", "people"), Token).AsTask();
        await stage.UntilBlockedAsync(1);

        // The user's own mistake, and a close by name on top.
        await lease.DisposeAsync();
        await stage.Destinations.CloseAsync("crm", Token);
        stage.Unblock();

        Assert.Equal(0, (await running)["n"].ToInt32());
    }

    private static ValueTask<DestinationLease> LeaseAsync(Stage stage) =>
        stage.Destinations.LeaseAsync("crm", Token);
}

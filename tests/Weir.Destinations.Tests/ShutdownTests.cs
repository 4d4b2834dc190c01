using Weir.Pooling.Destinations;

namespace Weir.Destinations.Tests;

public sealed class ShutdownTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shutdown_closes_every_connection()
    {
        await using var stage = await Stage.StartAsync();
        var lease = await stage.Destinations.LeaseAsync("crm", Token);
        await lease.DisposeAsync();

        Assert.Equal(0, await stage.Destinations.ShutDownAsync());

        await Stage.UntilAsync(() => stage.Connections == 0, "every connection is closed");
    }

    [Fact]
    public async Task A_shutdown_waits_for_the_leases_that_are_out()
    {
        await using var stage = await Stage.StartAsync();
        var lease = await stage.Destinations.LeaseAsync("crm", Token);

        var shutdown = stage.Destinations.ShutDownAsync();
        await lease.RunCommandAsync("app", Stage.Ping, Token);
        stage.Clock.Advance(TimeSpan.FromSeconds(29));
        await lease.RunCommandAsync("app", Stage.Ping, Token);
        Assert.False(shutdown.IsCompleted);
        await lease.DisposeAsync();

        Assert.Equal(0, await shutdown);
        await Stage.UntilAsync(() => stage.Connections == 0, "every connection is closed");
    }

    [Fact]
    public async Task A_shutdown_waits_no_longer_than_it_may_and_says_how_many_were_out()
    {
        await using var stage = await Stage.StartAsync();
        await using var one = await stage.Destinations.LeaseAsync("crm", Token);
        await using var two = await stage.Destinations.LeaseAsync("crm", Token);

        var shutdown = stage.Destinations.ShutDownAsync();
        while (!shutdown.IsCompleted)
        {
            stage.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(2, await shutdown);
        await Stage.UntilAsync(() => stage.Connections == 0, "every connection is closed");
    }

    [Fact]
    public async Task A_shutdown_does_not_wait_for_a_server_that_answers_no_more()
    {
        await using var stage = await Stage.StartAsync();
        await (await stage.Destinations.LeaseAsync("crm", Token)).DisposeAsync();
        stage.Block("endSessions");

        var shutdown = stage.Destinations.ShutDownAsync();
        await stage.UntilBlockedAsync(1);
        await stage.AdvancingAsync(shutdown).WaitAsync(TimeSpan.FromSeconds(20), Token);

        await Stage.UntilAsync(() => stage.Connections == 0, "every connection is closed");
    }

    [Fact]
    public async Task While_it_shuts_down_there_are_no_new_leases()
    {
        await using var stage = await Stage.StartAsync();
        var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var shutdown = stage.Destinations.ShutDownAsync();

        // A lease that slipped in before the shutdown's first step is given back at once.
        var error = await Assert.ThrowsAsync<DestinationException>(async () =>
        {
            while (true)
            {
                await using var another = await stage.Destinations.LeaseAsync("crm", Token);
                await Task.Yield();
            }
        });

        Assert.Equal(DestinationFailure.ShuttingDown, error.Failure);
        await lease.DisposeAsync();
        Assert.Equal(0, await shutdown);
    }

    [Fact]
    public async Task A_lease_that_waits_for_a_connection_is_refused_when_it_shuts_down()
    {
        await using var stage = await Stage.StartAsync();
        await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);
        var waiting = stage.Destinations.LeaseAsync("crm", Token).AsTask();

        await stage.Destinations.ShutDownAsync();

        var error = await Assert.ThrowsAsync<DestinationException>(() => waiting);
        Assert.Equal(DestinationFailure.ShuttingDown, error.Failure);
        await Stage.UntilAsync(() => stage.Clock.ArmedTimers == 0, "nothing waits for anything");
    }
}

using System.Net;
using Weir.Pooling;

namespace Weir.Admin.Tests.Http;

public sealed class ActionTests
{
    [Fact]
    public async Task A_client_that_is_killed_is_gone()
    {
        await using var stage = await AdminStage.StartAsync();
        var server = await stage.ConnectAsync("victim");
        await AdminStage.PingAsync(server);
        var id = (await stage.GetAsync("clients?application=victim&sort=-requests"))["items"]![0]![
            "id"
        ]!.GetValue<long>();

        using var answer = await stage.PostAsync($"clients/{id}/kill");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await EventuallyAsync(() => stage.Proxy.ListClients().All(c => c.Id != id));
        Assert.Contains(stage.Proxy.Events.Latest(), e => e.Kind == "ClientKilled");
    }

    [Fact]
    public async Task Who_asks_for_a_client_that_is_not_there_is_told_so()
    {
        await using var stage = await AdminStage.StartAsync();

        using var answer = await stage.PostAsync("clients/12345/kill");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_pause_holds_requests_back_until_it_ends()
    {
        await using var stage = await AdminStage.StartAsync();
        var server = await stage.ConnectAsync();
        using (await stage.PostAsync("upstreams/main/pause")) { }

        var held = AdminStage.PingAsync(server);
        await EventuallyAsync(() => stage.Proxy.ListUpstreams().Sum(u => u.HeldBack) == 1);
        Assert.False(held.IsCompleted);
        Assert.True((await stage.GetAsync("upstreams"))["items"]![0]!["isPaused"]!.GetValue<bool>());

        using (await stage.PostAsync("upstreams/main/resume")) { }
        await held;
    }

    [Fact]
    public async Task A_reconnect_replaces_the_connections_and_no_request_fails()
    {
        await using var stage = await AdminStage.StartAsync();
        var server = await stage.ConnectAsync();
        await AdminStage.PingAsync(server);
        var pool = Pool(stage);
        var before = pool.Statistics;

        using (await stage.PostAsync("upstreams/main/reconnect")) { }
        await AdminStage.PingAsync(server);

        await EventuallyAsync(() => pool.Statistics.ClosedAsStale >= before.Total);
        Assert.Equal(before.Generation + 1, pool.Statistics.Generation);
    }

    [Fact]
    public async Task Readiness_says_why_not()
    {
        await using var stage = await AdminStage.StartAsync();
        await stage.Sandbox.DisposeAsync();
        await EventuallyAsync(() =>
            !stage.Proxy.Deployments["main"].Topology.Servers.Any(s => s.IsDataBearing)
        );

        using var answer = await stage.Http.GetAsync(
            new Uri("/readyz", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(
            "main has no server",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    private static Weir.Pooling.Pools.ConnectionPool Pool(AdminStage stage) =>
        stage.Proxy.Deployments["main"].Servers.Single().Pool;

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            await Task.Delay(10, deadline.Token);
        }
    }
}

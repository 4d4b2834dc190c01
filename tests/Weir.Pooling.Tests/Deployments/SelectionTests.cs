using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Testing;

namespace Weir.Pooling.Tests.Deployments;

public sealed class SelectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_the_reason_when_time_is_up()
    {
        await using var upstream = new Upstream();
        var deployment = upstream.Connect("mongodb://a:1234/?replicaSet=rs&serverSelectionTimeoutMS=20");
        await upstream.HearsAsync(e => e.Any(i => i is TopologyEvent.ServerDescriptionChanged));

        var error = await Assert.ThrowsAsync<ServerSelectionException>(async () =>
            await deployment.SelectServerAsync(ReadPreference.Primary, write: true, cancellationToken: Token)
        );

        Assert.True(error.IsTimeout);
        Assert.Contains(
            "ReplicaSetNoPrimary \"rs\": a:1234 Unknown (",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("nobody listens there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_deadline_counts_when_it_is_earlier()
    {
        var clock = new ManualClock();
        await using var upstream = new Upstream { Time = clock };
        var deployment = upstream.Connect("mongodb://a/?serverSelectionTimeoutMS=60000");

        var deadline = Deadline.After(TimeSpan.FromSeconds(1), clock);
        var selection = deployment
            .SelectServerAsync(ReadPreference.Primary, write: true, deadline, Token)
            .AsTask();
        Assert.False(selection.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<ServerSelectionException>(() => selection);
    }

    [Fact]
    public async Task Giving_up_ends_the_wait()
    {
        await using var upstream = new Upstream();
        var deployment = upstream.Connect("mongodb://a/?serverSelectionTimeoutMS=600000");
        using var cancellation = new CancellationTokenSource();

        var selection = deployment.SelectServerAsync(
            ReadPreference.Primary,
            write: true,
            cancellationToken: cancellation.Token
        );
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await selection);
    }

    [Fact]
    public async Task Closing_ends_the_wait()
    {
        await using var upstream = new Upstream();
        var deployment = upstream.Connect("mongodb://a/?serverSelectionTimeoutMS=600000");

        var selection = deployment.SelectServerAsync(
            ReadPreference.Primary,
            write: true,
            cancellationToken: Token
        );
        await deployment.DisposeAsync();

        var error = await Assert.ThrowsAsync<ServerSelectionException>(async () => await selection);
        Assert.False(error.IsTimeout);
    }

    [Fact]
    public async Task Versions_that_do_not_fit_are_told_without_waiting()
    {
        await using var upstream = new Upstream();
        var hello = Hello.Standalone();
        upstream.Serve("a:27017").Become(hello);
        var deployment = upstream.Connect("mongodb://a");
        await upstream.SeesAsync(t => t.Servers[0].IsDataBearing);

        var server = deployment.Servers[0];
        var reply = server.Description.Reply!.Clone();
        reply["minWireVersion"] = 999;
        reply["maxWireVersion"] = 999;
        reply.Remove("topologyVersion");
        deployment.State.OnChecked(
            server,
            ServerCheck.Answered(server.Address, reply, new RoundTripTimes(), TimeSpan.Zero)
        );

        var error = await Assert.ThrowsAsync<ServerSelectionException>(async () =>
            await deployment.SelectServerAsync(ReadPreference.Primary, write: true, cancellationToken: Token)
        );
        Assert.False(error.IsTimeout);
        Assert.Contains("requires wire version 999", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_known_is_selected_at_once_and_without_allocation()
    {
        await using var upstream = new Upstream();
        string[] hosts = ["a:27017", "b:27017", "c:27017"];
        upstream.Serve("a:27017").Become(Hello.Primary(1, hosts));
        upstream.Serve("b:27017").Become(Hello.Secondary(hosts));
        upstream.Serve("c:27017").Become(Hello.Secondary(hosts));
        var deployment = upstream.Connect("mongodb://a/?replicaSet=rs&localThresholdMS=60000");
        await upstream.SeesAsync(t => t.Servers.Count == 3 && t.Servers.All(s => s.IsDataBearing));
        var tagged = ReadPreference.Create(
            ReadPreferenceMode.Nearest,
            maxStaleness: TimeSpan.FromSeconds(120),
            tagSets: [new TagSet([new("dc", "x")]), new TagSet([])]
        );
        SelectAll(1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        SelectAll(1000);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void SelectAll(int times)
        {
            for (var i = 0; i < times; i++)
            {
                Select(ReadPreference.Primary, write: true);
                Select(ReadPreference.Primary, write: false);
                Select(ReadPreference.Nearest, write: false);
                Select(ReadPreference.SecondaryPreferred, write: false);
                _ = deployment.TrySelectServer(tagged, write: false);
            }
        }

        void Select(ReadPreference preference, bool write)
        {
            var selection = deployment.SelectServerAsync(preference, write);
            if (!selection.IsCompletedSuccessfully)
            {
                Assert.Fail("it waited");
            }
        }
    }

    [Fact]
    public async Task Servers_to_be_avoided_are_avoided_while_there_are_others()
    {
        await using var upstream = new Upstream();
        var a = upstream.Serve("a:27017");
        var b = upstream.Serve("b:27017");
        a.Become(Hello.Mongos());
        b.Become(Hello.Mongos());
        var deployment = upstream.Connect("mongodb://a,b/?localThresholdMS=60000");
        await upstream.SeesAsync(t => t.Servers.All(s => s.Type == ServerType.Mongos));

        for (var i = 0; i < 20; i++)
        {
            var other = await deployment.SelectServerAsync(
                ReadPreference.Primary,
                true,
                [a.Address],
                default,
                Token
            );
            Assert.Equal(b.Address, other.Address);
        }
        Assert.NotNull(
            await deployment.SelectServerAsync(
                ReadPreference.Primary,
                true,
                [a.Address, b.Address],
                default,
                Token
            )
        );
    }

    [Fact]
    public async Task Many_who_wait_are_all_served_by_one_change()
    {
        await using var upstream = new Upstream();
        var deployment = upstream.Connect("mongodb://a/?serverSelectionTimeoutMS=600000");
        var selections = Enumerable
            .Range(0, 500)
            .Select(_ =>
                deployment.SelectServerAsync(ReadPreference.Primary, true, cancellationToken: Token).AsTask()
            )
            .ToArray();

        upstream.Serve("a:27017").Become(Hello.Standalone());

        var servers = await Task.WhenAll(selections);
        Assert.All(servers, s => Assert.Same(deployment.Servers[0], s));
    }

    [Fact]
    public async Task Who_waited_goes_on_where_it_came_from()
    {
        await using var upstream = new Upstream { Network = Weir.Transport.LoopNetwork.Create(1) };
        var deployment = upstream.Connect("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50");
        SynchronizationContext? before = null;
        SynchronizationContext? after = null;
        await upstream.Network.RunAsync(async () =>
        {
            before = SynchronizationContext.Current;
            await Assert.ThrowsAsync<ServerSelectionException>(async () =>
                await deployment.SelectServerAsync(ReadPreference.Primary, write: true, default, Token)
            );
            after = SynchronizationContext.Current;
        });
        Assert.NotNull(before);
        Assert.Same(before, after);
    }
}

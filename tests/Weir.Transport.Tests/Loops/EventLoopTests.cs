namespace Weir.Transport.Tests.Loops;

/// <summary>The mailbox of a loop.</summary>
public sealed class EventLoopTests
{
    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task No_post_is_lost_or_out_of_order_however_often_the_loop_falls_asleep(LoopKind kind)
    {
        await using var network = kind.Open(2);
        var loop = network.Loops[0];
        const int posters = 4;
        const int posts = 50_000;
        var counts = new int[posters];
        await Task.WhenAll(
            Enumerable.Range(0, posters).Select(poster => Task.Run(() => PostAllAsync(poster)))
        );
        Assert.All(counts, count => Assert.Equal(posts, count));

        async Task PostAllAsync(int poster)
        {
            for (var i = 0; i < posts; i++)
            {
                var answer =
                    i % 50 == 49
                        ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
                        : null;
                loop.Post(
                    static state =>
                    {
                        var (counts, poster, i, answer) = ((int[], int, int, TaskCompletionSource?))state!;
                        counts[poster] = counts[poster] == i ? i + 1 : -1;
                        answer?.SetResult();
                    },
                    (counts, poster, i, answer)
                );
                if (answer is not null)
                {
                    // Lets the loop run dry, so that it goes to sleep just when the next post comes.
                    await answer.Task;
                }
            }
        }
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task Awaiting_comes_back_to_the_loop(LoopKind kind)
    {
        await using var network = kind.Open(2);
        await network.RunAsync(async () =>
        {
            var loop = EventLoop.Current;
            Assert.NotNull(loop);
            await Task.Run(() => Assert.Null(EventLoop.Current));
            Assert.Same(loop, EventLoop.Current);
            await Task.Yield();
            Assert.Same(loop, EventLoop.Current);
            await network.RunAsync(() =>
            {
                Assert.NotNull(EventLoop.Current);
                return Task.CompletedTask;
            });
            Assert.Same(loop, EventLoop.Current);
        });
        Assert.Null(EventLoop.Current);
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task Loops_that_post_to_each_other_do_not_fall_asleep_for_ever(LoopKind kind)
    {
        await using var network = kind.Open(2);
        var (one, other) = (network.Loops[0], network.Loops[1]);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = 100_000;
        one.Post(Bounce, null);
        await done.Task;

        void Bounce(object? _)
        {
            if (--left == 0)
            {
                done.SetResult();
            }
            else
            {
                (EventLoop.Current == one ? other : one).Post(Bounce, null);
            }
        }
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task A_loop_that_posts_to_itself_still_serves_others(LoopKind kind)
    {
        await using var network = kind.Open(1);
        var loop = network.Loops[0];
        var stop = false;
        loop.Post(Again, null);
        var (client, server) = await ConnectAsync(network);
        Assert.True(await client.SendAsync(new byte[] { 7 }));
        var buffer = new byte[1];
        Assert.Equal(1, await server.ReceiveAsync(buffer));
        Volatile.Write(ref stop, true);

        void Again(object? _)
        {
            if (!Volatile.Read(ref stop))
            {
                loop.Post(Again, null);
            }
        }
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task A_network_disposed_on_its_own_loop_ends(LoopKind kind)
    {
        var network = kind.Open(2);
        await network.RunAsync(async () =>
        {
            var (client, _) = await ConnectAsync(network);
            var receiving = client.ReceiveAsync(new byte[1]).AsTask();
            await network.DisposeAsync();
            Assert.Equal(0, await receiving);
            Assert.Equal(ChannelEnd.Aborted, client.End);
            Assert.False(await client.SendAsync(new byte[1]));
        });
        await Assert.ThrowsAsync<ObjectDisposedException>(() => network.RunAsync(() => Task.CompletedTask));
    }

    internal static async Task<(Channel Client, Channel Server)> ConnectAsync(Network network)
    {
        var accepted = new TaskCompletionSource<Channel>(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource();
        var listener = network.Listen(
            new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0),
            new ListenerOptions(),
            channel =>
            {
                accepted.SetResult(channel);
                return never.Task;
            }
        );
        var client = await network.ConnectAsync(
            listener.LocalEndPoint,
            TestContext.Current.CancellationToken
        );
        var server = await accepted.Task;
        await listener.StopAcceptingAsync();
        return (client, server);
    }
}

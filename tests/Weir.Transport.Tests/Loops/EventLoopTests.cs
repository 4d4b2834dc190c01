namespace Weir.Transport.Tests.Loops;

/// <summary>The mailbox of a loop.</summary>
public sealed class EventLoopTests
{
    [Fact(Timeout = 60_000)]
    public async Task No_post_is_lost_or_out_of_order_however_often_the_loop_falls_asleep()
    {
        EpollOnly();
        await using var network = new EpollNetwork(2);
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

    [Fact(Timeout = 60_000)]
    public async Task Awaiting_comes_back_to_the_loop()
    {
        EpollOnly();
        await using var network = new EpollNetwork(2);
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

    [Fact(Timeout = 60_000)]
    public async Task Loops_that_post_to_each_other_do_not_fall_asleep_for_ever()
    {
        EpollOnly();
        await using var network = new EpollNetwork(2);
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

    [Fact(Timeout = 60_000)]
    public async Task A_loop_that_posts_to_itself_still_serves_others()
    {
        EpollOnly();
        await using var network = new EpollNetwork(1);
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

    [Fact(Timeout = 60_000)]
    public async Task A_network_disposed_on_its_own_loop_ends()
    {
        EpollOnly();
        var network = new EpollNetwork(2);
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

    internal static void EpollOnly() => Assert.SkipUnless(EpollNetwork.IsSupported, "needs Linux");

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

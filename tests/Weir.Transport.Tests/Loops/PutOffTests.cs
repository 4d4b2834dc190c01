using Weir.Transport.Tests.Contract;

namespace Weir.Transport.Tests.Loops;

/// <summary>Sends that end before the kernel has taken them, and receives that nobody has asked for.</summary>
public sealed class PutOffTests
{
    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task Small_sends_to_a_peer_that_reads_late_arrive_whole_and_in_order(LoopKind kind)
    {
        await using var network = kind.Open(1);
        await network.RunAsync(async () =>
        {
            var (client, server) = await EventLoopTests.ConnectAsync(network);
            var piece = Bytes.Pattern(10_000);
            var pieces = 0;
            var sending = client.SendAsync(piece);
            while (sending.IsCompleted)
            {
                Assert.True(await sending);
                pieces++;
                sending = client.SendAsync(piece.AsMemory(0, 5_000), piece.AsMemory(5_000));
                if (pieces % 7 == 0)
                {
                    await Task.Yield();
                }
            }

            var reading = Bytes.ReceiveAsync(server, (pieces + 1) * piece.Length);
            Assert.True(await sending);
            var received = await reading;
            for (var i = 0; i <= pieces; i++)
            {
                Assert.True(received.AsSpan(i * piece.Length, piece.Length).SequenceEqual(piece));
            }
        });
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task A_close_in_order_lets_everything_arrive_that_counted_as_sent(LoopKind kind)
    {
        await using var network = kind.Open(2);
        await network.RunAsync(async () =>
        {
            var (client, server) = await EventLoopTests.ConnectAsync(network);
            server.MoveToCurrentLoop();
            var piece = Bytes.Pattern(10_000);
            var sent = 0;
            var sending = client.SendAsync(piece);
            while (sending.IsCompleted)
            {
                sent += piece.Length;
                await Task.Yield();
                sending = client.SendAsync(piece);
            }

            var closing = client.DisposeAsync();
            var buffer = new byte[100_000];
            var received = 0;
            for (var count = 1; count > 0; received += count)
            {
                count = await server.ReceiveAsync(buffer);
            }

            await closing;
            Assert.InRange(received, sent, sent + piece.Length);
        });
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task An_end_that_comes_with_the_last_bytes_is_seen(LoopKind kind)
    {
        await using var network = kind.Open(1);
        await network.RunAsync(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                var (client, server) = await EventLoopTests.ConnectAsync(network);
                var reading = Bytes.ReceiveAsync(server, 1_000);
                Assert.True(await client.SendAsync(new byte[10]));
                if (i % 2 == 0)
                {
                    client.Abort();
                    Assert.InRange((await reading).Length, 0, 10);
                }
                else
                {
                    await client.DisposeAsync();
                    Assert.Equal(10, (await reading).Length);
                }

                Assert.True(server.IsPeerGone);
                await server.DisposeAsync();
            }
        });
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task What_nobody_reads_stays_with_the_sender(LoopKind kind)
    {
        await using var network = kind.Open(1);
        await network.RunAsync(async () =>
        {
            var (client, server) = await EventLoopTests.ConnectAsync(network);
            var first = Bytes.ReceiveAsync(server, 1);
            Assert.True(await client.SendAsync(new byte[1]));
            Assert.Single(await first);

            // More than the system's buffers take: they hold some megabytes.
            var sending = client.SendAsync(new byte[64 * 1024 * 1024]).AsTask();
            for (var i = 0; i < 1_000; i++)
            {
                await Task.Yield();
            }

            Assert.False(sending.IsCompleted);
            Assert.False(server.IsPeerGone);
            var gone = new TaskCompletionSource();
            server.WatchPeer(static state => ((TaskCompletionSource)state!).SetResult(), gone);
            client.Abort();
            Assert.False(await sending);
            await gone.Task;
        });
    }
}

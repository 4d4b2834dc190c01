using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Weir.Transport.Interop;

namespace Weir.Transport.Tests.Loops;

/// <summary>Channels that move between loops, as pooled server connections do.</summary>
public sealed class MoveTests
{
    [Theory(Timeout = 120_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task Every_reply_reaches_who_asked_while_connections_move_between_loops(LoopKind kind)
    {
        await using var upstream = kind.Open(1);
        await using var network = kind.Open(3);
        var server = upstream.Listen(
            new IPEndPoint(IPAddress.Loopback, 0),
            new ListenerOptions(),
            Contract.Bytes.EchoAsync
        );

        // A pool of five without order: whoever comes takes one, and makes it its loop's.
        var pool = new ConcurrentQueue<Channel>();
        for (var i = 0; i < 5; i++)
        {
            pool.Enqueue(
                await network.ConnectAsync(server.LocalEndPoint, TestContext.Current.CancellationToken)
            );
        }

        var moves = 0;
        await Task.WhenAll(
            Enumerable.Range(0, 24).Select(client => network.RunAsync(() => AskAsync(client)))
        );
        Assert.True(moves > 0);
        Assert.Equal(5, network.Loops.Sum(loop => loop.ChannelCount));

        async Task AskAsync(int client)
        {
            var loop = EventLoop.Current;
            var buffer = new byte[16];
            var question = new byte[16];
            for (var i = 0; i < 2_000; i++)
            {
                Channel? channel;
                while (!pool.TryDequeue(out channel))
                {
                    await Task.Yield();
                }

                var before = loop!.ChannelCount;
                channel.MoveToCurrentLoop();
                if (loop.ChannelCount != before)
                {
                    Interlocked.Increment(ref moves);
                }

                BitConverter.TryWriteBytes(question, client);
                BitConverter.TryWriteBytes(question.AsSpan(8), i);
                if (i % 97 == 96)
                {
                    // One that is given up half-way is replaced, and its descriptor's number comes back at once.
                    await channel.SendAsync(question);
                    channel.Abort();
                    channel = await network.ConnectAsync(server.LocalEndPoint, CancellationToken.None);
                }

                Assert.Same(loop, EventLoop.Current);
                Assert.True(await channel.SendAsync(question));
                var filled = 0;
                while (filled < 16)
                {
                    var count = await channel.ReceiveAsync(buffer.AsMemory(filled));
                    Assert.Same(loop, EventLoop.Current);
                    Assert.NotEqual(0, count);
                    filled += count;
                }

                Assert.Equal(question, buffer);
                pool.Enqueue(channel);
            }
        }
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task Bytes_that_come_while_nobody_waits_are_there_after_a_move(LoopKind kind)
    {
        await using var network = kind.Open(2);
        var (client, server) = await EventLoopTests.ConnectAsync(network);
        for (byte i = 0; i < 200; i++)
        {
            Assert.True(await client.SendAsync(new[] { i }));
            await network
                .Loops[i % 2]
                .RunAsync(async () =>
                {
                    server.MoveToCurrentLoop();
                    var buffer = new byte[10];
                    Assert.Equal(1, await server.ReceiveAsync(buffer));
                    Assert.Equal(i, buffer[0]);
                });
        }
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task An_abort_finds_the_channel_wherever_it_moves(LoopKind kind)
    {
        await using var network = kind.Open(2);
        for (var i = 0; i < 500; i++)
        {
            var (client, server) = await EventLoopTests.ConnectAsync(network);
            var moving = network
                .Loops[i % 2]
                .RunAsync(async () =>
                {
                    client.MoveToCurrentLoop();
                    Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
                });
            client.Abort();
            await moving;
            Assert.Equal(ChannelEnd.Aborted, client.End);
            await server.DisposeAsync();
        }

        Assert.Equal(0, network.Loops.Sum(loop => loop.ChannelCount));
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task A_connect_that_was_given_up_before_it_is_waited_for_ends(LoopKind kind)
    {
        await using var network = kind.Open(1);
        await network.RunAsync(async () =>
        {
            var loop = EventLoop.Current!;
            var descriptor = NativeSocket.Create(AddressFamily.InterNetwork);
            var channel = loop.Backend.CreateChannel(loop, descriptor, null, null, isUnix: false);
            channel.Abort();
            Assert.False(await channel.WaitToConnectAsync(loop));
        });
    }
}

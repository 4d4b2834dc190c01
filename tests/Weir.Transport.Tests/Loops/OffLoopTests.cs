using System.Buffers.Binary;
using System.Net;
using Weir.Transport.Framing;
using Weir.Transport.Tests.Contract;

namespace Weir.Transport.Tests.Loops;

/// <summary>Channels of loops, used by threads that are none.</summary>
public sealed class OffLoopTests
{
    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task A_channel_works_from_any_thread(LoopKind kind)
    {
        await using var network = kind.Open(2);
        var listener = network.Listen(
            new IPEndPoint(IPAddress.Loopback, 0),
            new ListenerOptions(),
            Bytes.EchoAsync
        );
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() => AskAsync(seed))));

        async Task AskAsync(int seed)
        {
            await using var client = await network.ConnectAsync(
                listener.LocalEndPoint,
                CancellationToken.None
            );
            Assert.Null(EventLoop.Current);
            using var reader = new FrameReader(client, 5_000_000);
            foreach (var length in new[] { 16, 100, 20_000, 1_000_000 })
            {
                var frame = Bytes.Pattern(length, seed);
                BinaryPrimitives.WriteInt32LittleEndian(frame, length);
                var sending = client.SendAsync(frame.AsMemory(0, 4), frame.AsMemory(4));
                var read = await reader.ReadAsync();
                Assert.True(await sending);
                Assert.Equal(FrameOutcome.Frame, read.Outcome);
                Assert.True(frame.AsSpan().SequenceEqual(read.Frame.Span));
                read.Frame.Return();
                Assert.Null(EventLoop.Current);
            }

            Assert.NotNull(client.LocalEndPoint);
        }
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task A_watcher_set_from_another_thread_is_told_on_the_loop(LoopKind kind)
    {
        await using var network = kind.Open(2);
        var (client, server) = await EventLoopTests.ConnectAsync(network);
        var told = new TaskCompletionSource<EventLoop?>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.WatchPeer(_ => told.SetResult(EventLoop.Current), null);
        await server.DisposeAsync();
        Assert.NotNull(await told.Task);
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task Another_networks_loop_is_any_other_thread(LoopKind kind)
    {
        await using var one = kind.Open(1);
        await using var other = kind.Open(1);
        var (client, server) = await EventLoopTests.ConnectAsync(one);
        await other.RunAsync(async () =>
        {
            client.MoveToCurrentLoop();
            Assert.Equal(0, other.Loops[0].ChannelCount);
            Assert.True(await client.SendAsync(new byte[3]));
            Assert.Same(other.Loops[0], EventLoop.Current);
            Assert.Equal(3, (await Bytes.ReceiveAsync(server, 3)).Length);
            Assert.Same(other.Loops[0], EventLoop.Current);
        });
    }
}

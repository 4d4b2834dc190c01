using System.Buffers.Binary;
using System.Net;
using Weir.Transport.Framing;

namespace Weir.Transport.Tests.Loops;

/// <summary>An exchange in steady state allocates nothing.</summary>
[Collection(nameof(SerialGroup))]
public sealed class AllocationTests
{
    private const int WarmUp = 5_000;
    private const int Measured = 5_000;

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task An_echo_of_frames_allocates_nothing_on_the_loop(LoopKind kind)
    {
        await using var network = kind.Open(1);
        var listener = network.Listen(
            new IPEndPoint(IPAddress.Loopback, 0),
            new ListenerOptions(),
            EchoFramesAsync
        );
        await network.RunAsync(async () =>
        {
            // Both ends are on the one loop, so its thread does all there is.
            await using var client = await network.ConnectAsync(
                listener.LocalEndPoint,
                CancellationToken.None
            );
            using var reader = new FrameReader(client, 1_000_000);
            var frame = new byte[300];
            BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length);
            await AskAsync(client, reader, frame, WarmUp);
            var before = GC.GetAllocatedBytesForCurrentThread();
            await AskAsync(client, reader, frame, Measured);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            // The one call of AskAsync itself, and not a byte for an exchange.
            Assert.InRange(allocated, 0, Measured / 10);
        });
    }

    [Theory(Timeout = 60_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task A_post_allocates_nothing(LoopKind kind)
    {
        await using var network = kind.Open(1);
        var loop = network.Loops[0];
        using var done = new SemaphoreSlim(0);
        long allocated = 0;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                loop.Post(static _ => { }, null);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            loop.Post(static s => ((SemaphoreSlim)s!).Release(), done);
            await done.WaitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, allocated);
    }

    private static async Task AskAsync(Channel client, FrameReader reader, byte[] frame, int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (!await client.SendAsync(frame))
            {
                Assert.Fail("ended");
            }

            var read = await reader.ReadAsync();
            if (read.Frame.Length != frame.Length)
            {
                Assert.Fail("another frame");
            }

            read.Frame.Return();
        }
    }

    private static async Task EchoFramesAsync(Channel channel)
    {
        using var reader = new FrameReader(channel, 1_000_000);
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.Outcome != FrameOutcome.Frame)
            {
                return;
            }

            await channel.SendAsync(read.Frame.Memory);
            read.Frame.Return();
        }
    }
}

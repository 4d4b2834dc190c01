using System.Net;

namespace Weir.Transport.Tests.Loops;

/// <summary>Descriptors are closed once each, and their numbers' reuse confuses nobody.</summary>
[Collection(nameof(SerialGroup))]
public sealed class DescriptorTests
{
    private const int Connections = 10_000;

    [Theory(Timeout = 120_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task A_storm_of_connections_leaks_no_descriptor_and_mixes_no_bytes(LoopKind kind)
    {
        var before = Count();
        await using (var network = kind.Open(2))
        {
            var listener = network.Listen(
                new IPEndPoint(IPAddress.Loopback, 0),
                new ListenerOptions(),
                Contract.Bytes.EchoAsync
            );
            var left = Connections;
            var wrong = 0;
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => network.RunAsync(ConnectAllAsync)));
            Assert.Equal(0, wrong);
            await listener.DrainAsync(TestContext.Current.CancellationToken);
            Assert.Equal(Connections, listener.Accepted);
            Assert.Equal(0, network.Loops.Sum(loop => loop.ChannelCount));

            async Task ConnectAllAsync()
            {
                var buffer = new byte[8];
                int number;
                while ((number = Interlocked.Decrement(ref left)) >= 0)
                {
                    var channel = await network.ConnectAsync(listener.LocalEndPoint, CancellationToken.None);
                    await channel.SendAsync(BitConverter.GetBytes((long)number));
                    var count = await channel.ReceiveAsync(buffer);
                    if (count != 8 || BitConverter.ToInt64(buffer) != number)
                    {
                        Interlocked.Increment(ref wrong);
                    }

                    // All the ways to end one.
                    switch (number % 3)
                    {
                        case 0:
                            channel.Abort();
                            break;
                        case 1:
                            await channel.DisposeAsync();
                            break;
                        default:
                            var receiving = channel.ReceiveAsync(buffer);
                            ThreadPool.UnsafeQueueUserWorkItem(
                                static c => c.Abort(),
                                channel,
                                preferLocal: false
                            );
                            await receiving;
                            break;
                    }
                }
            }
        }

        // The pool's threads may open descriptors of their own; a leak would be thousands.
        Assert.InRange(Count(), 0, before + 20);
    }

    private static int Count() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}

using System.Net;
using System.Net.Sockets;
using Weir.Transport.Interop;
using Weir.Transport.Tests.Contract;

namespace Weir.Transport.Tests.Loops;

/// <summary>Accepting on a loop, in bad times and on all addresses.</summary>
public sealed class AcceptTests
{
    [Theory(Timeout = 30_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task Accepting_rests_when_no_descriptor_is_left_and_goes_on_later(LoopKind kind)
    {
        var clock = new ManualClock();
        var failures = 2;
        var failed = new SemaphoreSlim(0);
        await using var network = kind.Open(
            1,
            clock,
            accept: (descriptor, peer) =>
            {
                if (failures > 0)
                {
                    failures--;
                    failed.Release();
                    return -Errno.TooManyFiles;
                }

                return NativeSocket.Accept(descriptor, peer);
            }
        );
        var listener = network.Listen(
            new IPEndPoint(IPAddress.Loopback, 0),
            new ListenerOptions(),
            Bytes.EchoAsync
        );
        await using var client = await network.ConnectAsync(
            listener.LocalEndPoint,
            TestContext.Current.CancellationToken
        );
        await client.SendAsync(new byte[1]);
        for (var pauses = 1; pauses <= 2; pauses++)
        {
            await failed.WaitAsync(TestContext.Current.CancellationToken);

            // Behind the failure on the same loop: the pause has begun by then.
            await network.RunAsync(() => Task.CompletedTask);
            Assert.Equal(pauses, listener.Pauses);
            Assert.Equal(0, listener.Accepted);
            clock.Advance(TimeSpan.FromMilliseconds(99));
            await network.RunAsync(() => Task.CompletedTask);
            Assert.Equal(pauses, listener.Pauses);
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Single(await Bytes.ReceiveAsync(client, 1));
        Assert.Equal(2, listener.Pauses);
        Assert.Equal(1, listener.Accepted);
    }

    [Theory(Timeout = 30_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task A_listener_on_all_addresses_is_reached_by_both_protocols(LoopKind kind)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        await using var network = kind.Open(2);
        var seen = new List<EndPoint?>();
        var listener = network.Listen(
            new IPEndPoint(IPAddress.IPv6Any, 0),
            new ListenerOptions(),
            async channel =>
            {
                lock (seen)
                {
                    seen.Add(channel.LocalEndPoint);
                    seen.Add(channel.RemoteEndPoint);
                }

                await Bytes.EchoAsync(channel);
            }
        );
        var port = ((IPEndPoint)listener.LocalEndPoint).Port;
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            await using var client = await network.ConnectAsync(
                new IPEndPoint(address, port),
                TestContext.Current.CancellationToken
            );
            await client.SendAsync(new byte[1]);
            Assert.Single(await Bytes.ReceiveAsync(client, 1));
            Assert.Equal(new IPEndPoint(address, port), client.RemoteEndPoint);
            var local = (IPEndPoint)client.LocalEndPoint!;
            Assert.Equal(address, local.Address);
            lock (seen)
            {
                Assert.Equal(
                    [
                        new IPEndPoint(address.MapToIPv6(), port),
                        new IPEndPoint(address.MapToIPv6(), local.Port),
                    ],
                    seen
                );
                seen.Clear();
            }
        }
    }

    [Theory(Timeout = 30_000), MemberData(nameof(LoopKinds.All), MemberType = typeof(LoopKinds))]
    public async Task Channels_are_spread_over_the_loops(LoopKind kind)
    {
        await using var network = kind.Open(3);
        var listener = network.Listen(
            new IPEndPoint(IPAddress.Loopback, 0),
            new ListenerOptions(),
            Bytes.EchoAsync
        );
        await using var outside = new SocketNetwork();
        for (var i = 0; i < 30; i++)
        {
            var client = await outside.ConnectAsync(listener.LocalEndPoint, CancellationToken.None);
            await client.SendAsync(new byte[1]);
            Assert.Single(await Bytes.ReceiveAsync(client, 1));
        }

        Assert.All(network.Loops, loop => Assert.Equal(10, loop.ChannelCount));
    }
}

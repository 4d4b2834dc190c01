using System.Net;
using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.Tests.Scripted;
using Weir.Transport;

namespace Weir.Proxy.Tests;

/// <summary>Several listeners, which start together or not at all.</summary>
public class ProxyListenerTests
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(100);

    private static readonly EndPoint[] Doors = [new DnsEndPoint("weir", 1), new DnsEndPoint("weir", 2)];

    [Fact]
    public async Task Nothing_is_swept_before_every_listener_is_there_and_a_failed_start_leaves_nothing_behind()
    {
        await using var network = new MemoryNetwork();
        List<int> listening = [];
        ProxyServer? proxy = null;
        // The sweep goes through what listeners have added, on the timer's thread.
        var time = new Clock(period =>
        {
            if (period == SweepInterval)
                listening.Add(proxy!.EndPoints.Count);
        });
        Listener other = network.Listen(Doors[1], new(), _ => Task.CompletedTask);
        proxy = Create(network, time);
        await Assert.ThrowsAsync<ListenException>(() =>
            proxy.StartAsync(TestContext.Current.CancellationToken)
        );
        Assert.Empty(listening);
        await other.DisposeAsync();

        proxy = Create(network, time);
        await using ProxyServer _ = proxy;
        await proxy.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal([Doors.Length], listening);
        foreach (EndPoint door in Doors)
        {
            await using var client = new RawClient(await network.ConnectAsync(door, CancellationToken.None));
            Assert.Equal(1, (await client.RunAsync(new() { ["hello"] = 1 }))["ok"].ToInt32());
        }
    }

    private static ProxyServer Create(Network network, TimeProvider time) =>
        new(
            new ProxyOptions
            {
                Listeners = [.. Doors.Select(door => new ListenerSettings { EndPoint = door })],
                Upstreams =
                [
                    new UpstreamSettings { ConnectionString = ConnectionString.Parse("mongodb://nowhere/") },
                ],
                Limits = new() { HelloWait = TimeSpan.FromMilliseconds(10) },
            },
            network,
            time: time
        );

    /// <summary>The system's clock, and who makes periodic timers.</summary>
    private sealed class Clock(Action<TimeSpan> made) : TimeProvider
    {
        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        )
        {
            made(period);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}

using System.Net.Sockets;

namespace Weir.Transport.Tests.Contract;

/// <summary>What every network promises of a listener.</summary>
public sealed class ListenerContractTests
{
    private const int Limit = 30_000;

    public static TheoryData<NetworkKind> Networks => Stage.Plain;

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task Accepted_and_active_channels_are_counted(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var listener = stage.Listen(Bytes.EchoAsync);
                var clients = new List<Channel>();
                for (var i = 0; i < 10; i++)
                {
                    var client = await stage.ConnectAsync(listener);
                    await client.SendAsync(new byte[1]);
                    await Bytes.ReceiveAsync(client, 1);
                    clients.Add(client);
                }

                Assert.Equal(10, listener.Active);
                Assert.Equal(10, listener.Accepted);
                foreach (var client in clients)
                {
                    await client.DisposeAsync();
                }

                await listener.DrainAsync(TestContext.Current.CancellationToken);
                Assert.Equal(0, listener.Active);
                Assert.Equal(10, listener.Accepted);
                Assert.Equal(0, listener.Refused);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task Channels_over_the_limit_are_closed_at_once(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var listener = stage.Listen(Bytes.EchoAsync, new ListenerOptions { MaxActive = 2 });
                await using var one = await stage.ConnectAsync(listener);
                await using var two = await stage.ConnectAsync(listener);
                foreach (var admitted in new[] { one, two })
                {
                    await admitted.SendAsync(new byte[1]);
                    Assert.Single(await Bytes.ReceiveAsync(admitted, 1));
                }

                await using var three = await stage.ConnectAsync(listener);
                Assert.Equal(0, await three.ReceiveAsync(new byte[1]));
                Assert.Equal(1, listener.Refused);
                Assert.Equal(2, listener.Active);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_drain_waits_for_the_channels_that_are_there(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var listener = stage.Listen(Bytes.EchoAsync);
                await using var client = await stage.ConnectAsync(listener);
                await client.SendAsync(new byte[1]);
                await Bytes.ReceiveAsync(client, 1);

                var draining = listener.DrainAsync(TestContext.Current.CancellationToken).AsTask();
                await listener.StopAcceptingAsync();
                Assert.False(draining.IsCompleted);
                await Assert.ThrowsAsync<ConnectException>(async () => await stage.ConnectAsync(listener));

                // The channel that is there goes on.
                await client.SendAsync(new byte[1]);
                Assert.Single(await Bytes.ReceiveAsync(client, 1));
                await client.DisposeAsync();
                await draining;
                Assert.Equal(0, listener.Active);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_drain_that_is_cancelled_aborts_what_is_left(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var ends = new List<ChannelEnd>();
                var listener = stage.Listen(async channel =>
                {
                    await Bytes.EchoAsync(channel);
                    ends.Add(channel.End);
                });
                await using var client = await stage.ConnectAsync(listener);
                await client.SendAsync(new byte[1]);
                await Bytes.ReceiveAsync(client, 1);

                using var patience = new CancellationTokenSource();
                var draining = listener.DrainAsync(patience.Token).AsTask();
                await patience.CancelAsync();
                await draining;
                Assert.Equal(0, listener.Active);
                Assert.Equal([ChannelEnd.Aborted], ends);
                Assert.Equal(0, await client.ReceiveAsync(new byte[1]));
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_serving_task_that_fails_ends_only_its_channel(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var count = 0;
                var listener = stage.Listen(async channel =>
                {
                    if (Interlocked.Increment(ref count) == 1)
                    {
                        await channel.WaitToReceiveAsync();
                        throw new InvalidOperationException("as a bug would");
                    }

                    await Bytes.EchoAsync(channel);
                });
                await using var one = await stage.ConnectAsync(listener);
                await one.SendAsync(new byte[1]);
                Assert.Equal(0, await one.ReceiveAsync(new byte[1]));
                await using var two = await stage.ConnectAsync(listener);
                await two.SendAsync(new byte[1]);
                Assert.Single(await Bytes.ReceiveAsync(two, 1));
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task An_address_in_use_cannot_be_listened_on(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            stage =>
            {
                var listener = stage.Listen(Bytes.EchoAsync);
                var e = Assert.Throws<ListenException>(() =>
                    stage.Network.Listen(listener.LocalEndPoint, new ListenerOptions(), Bytes.EchoAsync)
                );
                Assert.Equal(SocketError.AddressAlreadyInUse, e.Error);
                return Task.CompletedTask;
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task An_address_is_free_again_after_the_stop(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var first = stage.Listen(Bytes.EchoAsync);
                await using var client = await stage.ConnectAsync(first);
                await client.SendAsync(new byte[1]);
                await Bytes.ReceiveAsync(client, 1);
                await first.StopAcceptingAsync();
                await using var second = stage.Network.Listen(
                    first.LocalEndPoint,
                    new ListenerOptions(),
                    Bytes.EchoAsync
                );
                await using var other = await stage.ConnectAsync(second);
                await other.SendAsync(new byte[1]);
                Assert.Single(await Bytes.ReceiveAsync(other, 1));
            }
        );
}

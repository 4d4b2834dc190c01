using System.Net;
using System.Net.Sockets;

namespace Weir.Transport.Tests.Contract;

/// <summary>What every network promises of a channel.</summary>
public sealed class ChannelContractTests
{
    private const int Limit = 30_000;

    public static TheoryData<NetworkKind> Networks => Stage.All;

    /// <summary>TLS says goodbye first, and .NET's sockets don't see an end behind bytes (see PeerProbe).</summary>
    public static TheoryData<NetworkKind> Watching =>
        [.. Stage.All.Select(row => row.Data).Where(kind => kind != NetworkKind.TlsSockets)];

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task What_is_sent_is_received(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var listener = stage.Listen(Bytes.EchoAsync);
                await using var client = await stage.ConnectAsync(listener);
                for (var i = 1; i < 200; i++)
                {
                    var sent = Bytes.Pattern(i * 7, i);
                    Assert.True(await client.SendAsync(sent));
                    Assert.Equal(sent, await Bytes.ReceiveAsync(client, sent.Length));
                }

                Assert.Equal(ChannelEnd.None, client.End);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task Nothing_is_lost_when_memory_is_given_back_under_load(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var listener = stage.Listen(Bytes.EchoAsync);
                await Task.WhenAll(Enumerable.Range(1, 20).Select(AskAsync));

                async Task AskAsync(int seed)
                {
                    await using var client = await stage.ConnectAsync(listener);
                    for (var i = 0; i < 50; i++)
                    {
                        var sent = Bytes.Pattern(1 + (seed * i * 19), seed + i);
                        Assert.True(await client.SendAsync(sent));
                        stage.Network.Trim();
                        Assert.Equal(sent, await Bytes.ReceiveAsync(client, sent.Length));
                    }
                }
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task Two_buffers_arrive_as_one_stream(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                foreach (
                    var (first, second) in new[]
                    {
                        (16, 100),
                        (0, 5),
                        (5, 0),
                        (16, 3_000_000),
                        (3_000_000, 7),
                    }
                )
                {
                    var bytes = Bytes.Pattern(first + second);
                    var sending = client.SendAsync(bytes.AsMemory(0, first), bytes.AsMemory(first));
                    Assert.Equal(bytes, await Bytes.ReceiveAsync(server, bytes.Length));
                    Assert.True(await sending);
                }
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_large_send_waits_for_a_slow_reader(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                var bytes = Bytes.Pattern(20_000_000);
                var sending = client.SendAsync(bytes).AsTask();
                Assert.False(sending.IsCompleted);

                var received = new MemoryStream();
                var piece = new byte[77_777];
                while (received.Length < bytes.Length)
                {
                    var count = await server.ReceiveAsync(piece);
                    Assert.NotEqual(0, count);
                    received.Write(piece, 0, count);
                }

                Assert.True(await sending);
                Assert.True(bytes.AsSpan().SequenceEqual(received.ToArray()));
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task Both_directions_work_at_once(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                var (up, down) = (Bytes.Pattern(5_000_000, 1), Bytes.Pattern(5_000_000, 2));
                var sendUp = client.SendAsync(up).AsTask();
                var sendDown = server.SendAsync(down).AsTask();
                var gotDown = Bytes.ReceiveAsync(client, down.Length);
                var gotUp = Bytes.ReceiveAsync(server, up.Length);
                Assert.True(await sendUp);
                Assert.True(await sendDown);
                Assert.True((await gotUp).AsSpan().SequenceEqual(up));
                Assert.True((await gotDown).AsSpan().SequenceEqual(down));
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_peer_that_closes_in_order_ends_the_channel_after_its_last_bytes(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                var bytes = Bytes.Pattern(100_000);
                var received = Bytes.ReceiveAsync(client, bytes.Length + 1);
                Assert.True(await server.SendAsync(bytes));
                await server.DisposeAsync();

                Assert.Equal(bytes, await received);
                Assert.Equal(ChannelEnd.PeerClosed, client.End);
                Assert.Equal(0, await client.ReceiveAsync(new byte[10]));
                Assert.False(await client.WaitToReceiveAsync());
                Assert.Equal(ChannelEnd.PeerClosed, client.End);
                Assert.Equal(ChannelEnd.Aborted, server.End);
                Assert.True(client.IsPeerGone);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_wait_ends_when_the_peer_closes(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                var waiting = client.WaitToReceiveAsync().AsTask();
                Assert.False(waiting.IsCompleted);
                await server.DisposeAsync();
                Assert.False(await waiting);
                Assert.Equal(ChannelEnd.PeerClosed, client.End);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task An_aborted_peer_breaks_or_closes_the_channel(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                var receiving = client.ReceiveAsync(new byte[10]).AsTask();
                server.Abort();
                server.Abort();
                Assert.Equal(0, await receiving);
                Assert.True(client.End is ChannelEnd.Broken or ChannelEnd.PeerClosed, $"{client.End}");
                Assert.Equal(ChannelEnd.Aborted, server.End);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_send_to_a_peer_that_is_gone_answers_false(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                server.Abort();
                var bytes = Bytes.Pattern(100_000);
                while (await client.SendAsync(bytes)) { }

                Assert.True(client.End is ChannelEnd.Broken, $"{client.End}");
                Assert.False(await client.SendAsync(bytes, bytes));
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task Abort_from_another_thread_ends_what_is_pending(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var bytes = new byte[20_000_000];
                for (var i = 0; i < 20; i++)
                {
                    var (client, _) = await stage.ConnectPairAsync();
                    var sending = client.SendAsync(bytes).AsTask();
                    var receiving =
                        i % 2 == 0 ? client.ReceiveAsync(new byte[10]).AsTask() : WaitAsync(client);
                    await Task.Run(client.Abort, TestContext.Current.CancellationToken);
                    Assert.Equal(0, await receiving);
                    Assert.False(await sending);
                    Assert.Equal(ChannelEnd.Aborted, client.End);
                    Assert.Equal(0, await client.ReceiveAsync(new byte[10]));
                    Assert.False(await client.WaitToReceiveAsync());
                    Assert.False(await client.SendAsync(new byte[10]));
                }
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task Dispose_ends_what_is_pending(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, _) = await stage.ConnectPairAsync();
                var receiving = client.ReceiveAsync(new byte[10]).AsTask();
                await client.DisposeAsync();
                await client.DisposeAsync();
                client.Abort();
                Assert.Equal(0, await receiving);
                Assert.Equal(ChannelEnd.Aborted, client.End);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Watching))]
    public Task A_watcher_is_told_when_the_peer_goes(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                client.WatchPeer(static state => ((TaskCompletionSource)state!).SetResult(), gone);
                Assert.False(client.IsPeerGone);
                await server.DisposeAsync();
                await gone.Task;
                Assert.True(client.IsPeerGone);
                Assert.Equal(ChannelEnd.None, client.End);

                var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                client.WatchPeer(static state => ((TaskCompletionSource)state!).SetResult(), again);
                await again.Task;
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_watcher_that_was_removed_is_not_called(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                client.WatchPeer(static _ => Assert.Fail("was removed"), null);
                client.WatchPeer(null, null);
                await server.DisposeAsync();
                Assert.False(await client.WaitToReceiveAsync());
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_connection_that_nobody_accepts_throws(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var listener = stage.Listen(_ => Task.CompletedTask);
                await listener.StopAcceptingAsync();
                var e = await Assert.ThrowsAsync<ConnectException>(async () =>
                    await stage.ConnectAsync(listener)
                );
                Assert.Equal(listener.LocalEndPoint, e.EndPoint);
                Assert.True(
                    e.Error is SocketError.ConnectionRefused or SocketError.AddressNotAvailable,
                    $"{e.Error}"
                );
                Assert.Contains("cannot connect to", e.Message, StringComparison.Ordinal);
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_cancelled_connect_throws(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var listener = stage.Listen(_ => Task.CompletedTask);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                    await stage.Network.ConnectAsync(listener.LocalEndPoint, new CancellationToken(true))
                );
            }
        );

    [Theory(Timeout = Limit), MemberData(nameof(Networks))]
    public Task A_name_is_resolved(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var listener = stage.Listen(Bytes.EchoAsync);
                if (listener.LocalEndPoint is not IPEndPoint ip)
                {
                    return;
                }

                await using var client = await stage.Network.ConnectAsync(
                    new DnsEndPoint("localhost", ip.Port),
                    TestContext.Current.CancellationToken
                );
                Assert.True(await client.SendAsync(new byte[] { 1, 2, 3 }));
                Assert.Equal([1, 2, 3], await Bytes.ReceiveAsync(client, 3));
                if (kind != NetworkKind.Memory)
                {
                    await Assert.ThrowsAsync<ConnectException>(async () =>
                        await stage.Network.ConnectAsync(
                            new DnsEndPoint("no-such-host.invalid", 1),
                            TestContext.Current.CancellationToken
                        )
                    );
                }
            }
        );

    private static async Task<int> WaitAsync(Channel channel) => await channel.WaitToReceiveAsync() ? 1 : 0;
}

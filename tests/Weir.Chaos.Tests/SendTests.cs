using System.Net;
using Weir.Transport;

namespace Weir.Chaos.Tests;

/// <summary>
/// "Not sent" is a promise: Weir sends such a request again, an insert too. So what has arrived whole was sent,
/// whatever ended the channel at that moment.
/// </summary>
public sealed class SendTests
{
    private const int Piece = 64 * 1024;

    [Fact]
    public async Task A_send_that_says_it_failed_did_not_arrive_whole()
    {
        for (int round = 0; round < 20; round++)
        {
            await using var network = LoopNetwork.Create(1);
            await using var peers = LoopNetwork.Create(1);
            var mayRead = new TaskCompletionSource();
            long received = 0;
            var ended = new TaskCompletionSource();
            await using Listener listener = peers.Listen(
                new IPEndPoint(IPAddress.Loopback, 0),
                new ListenerOptions(),
                async channel =>
                {
                    await mayRead.Task;
                    var buffer = new byte[Piece];
                    while (await channel.ReceiveAsync(buffer) is > 0 and var count)
                        Interlocked.Add(ref received, count);
                    ended.SetResult();
                }
            );

            long sent = 0;
            bool arrived = false;
            await network.RunAsync(async () =>
            {
                Channel channel = await network.ConnectAsync(listener.LocalEndPoint, CancellationToken.None);
                // From here on this is a work item of the loop's: it looks at the sockets first when this is over.
                await Task.Yield();
                ValueTask<bool> sending;
                do
                {
                    sending = channel.SendAsync(new byte[Piece]);
                    sent += Piece;
                } while (sending.IsCompleted);

                // While this loop stands still, the peer makes room for the rest and somebody else aborts.
                mayRead.SetResult();
                using var aborted = new ManualResetEventSlim();
                _ = Task.Run(() =>
                {
                    SpinWait.SpinUntil(() => Interlocked.Read(ref received) > sent / 2, Eventually.Patience);
                    channel.Abort();
                    aborted.Set();
                });
                aborted.Wait(Eventually.Patience);
                arrived = await sending;
            });

            await ended.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
            Assert.False(
                !arrived && received == sent,
                $"round {round}: all {sent} bytes arrived of a failed send"
            );
        }
    }
}

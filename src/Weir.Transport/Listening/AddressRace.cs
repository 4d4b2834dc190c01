using System.Net;
using System.Net.Sockets;

namespace Weir.Transport.Listening;

/// <summary>
/// Connects to a name that has several addresses (RFC 8305, "happy eyeballs"): each gets a head start, families take
/// turns, the first that answers wins and the others are ended. So an address that swallows packets costs a quarter
/// of a second and not the whole connect timeout.
/// </summary>
internal static class AddressRace
{
    /// <summary>How long an address is alone before the next is tried too; one that fails gives way at once.</summary>
    public static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <param name="candidates">At least one, best first.</param>
    /// <param name="connect">Connects to one; throws <see cref="ConnectException"/>.</param>
    /// <param name="time">The clock of the head start.</param>
    /// <param name="cancellationToken">Ends all of them.</param>
    /// <exception cref="ConnectException">None can be connected to; it is the last one's.</exception>
    public static async ValueTask<Channel> RunAsync(
        EndPoint[] candidates,
        Func<EndPoint, CancellationToken, Task<Channel>> connect,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        if (candidates.Length == 1)
        {
            return await connect(candidates[0], cancellationToken);
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<Channel>>();
        try
        {
            ConnectException? failure = null;
            for (var next = 0; ; )
            {
                if (next < candidates.Length)
                {
                    running.Add(connect(candidates[next++], over.Token));
                }

                var headStart = Task.Delay(
                    next < candidates.Length ? HeadStart : Timeout.InfiniteTimeSpan,
                    time,
                    over.Token
                );
                var ended = await Task.WhenAny([.. running, headStart]);
                if (ended == headStart)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    continue;
                }

                var attempt = (Task<Channel>)ended;
                running.Remove(attempt);
                try
                {
                    return await attempt;
                }
                catch (ConnectException e)
                {
                    failure = e;
                }

                if (running.Count == 0 && next == candidates.Length)
                {
                    throw failure;
                }
            }
        }
        finally
        {
            await over.CancelAsync();
            foreach (var late in running)
            {
                await EndAsync(late);
            }
        }
    }

    /// <summary>The addresses in the order to try them: families take turns, beginning with the first one's.</summary>
    public static IPAddress[] Interleave(IPAddress[] addresses)
    {
        var first = addresses.Where(a => a.AddressFamily == addresses[0].AddressFamily).ToArray();
        var second = addresses.Where(a => a.AddressFamily != addresses[0].AddressFamily).ToArray();
        return
        [
            .. Enumerable
                .Range(0, Math.Max(first.Length, second.Length))
                .SelectMany(i => first.Skip(i).Take(1).Concat(second.Skip(i).Take(1))),
        ];
    }

    /// <summary>It lost: it was cancelled, or has failed, or is connected and not wanted any more.</summary>
    private static async Task EndAsync(Task<Channel> late)
    {
        try
        {
            var channel = await late;
            channel.Abort();
            await channel.DisposeAsync();
        }
        catch (Exception e)
            when (e is ConnectException or OperationCanceledException or ObjectDisposedException)
        {
            // There is nothing to end.
        }
    }
}

using System.Diagnostics;
using Weir.Transport;

namespace Weir.Bench;

/// <summary>Connects the clients of a load, lets them work, and sums up what they saw.</summary>
internal static class LoadRun
{
    /// <param name="onConnected">Called when every client has shaken hands and the idle ones have done one
    /// operation, before the busy ones begin.</param>
    /// <param name="onWarm">Called when what is measured begins.</param>
    /// <param name="onMeasured">Called when it ends.</param>
    public static async Task<LoadResult> RunAsync(
        Network network,
        LoadOptions options,
        Func<Task>? onConnected = null,
        Action? onWarm = null,
        Action? onMeasured = null
    )
    {
        var window = new LoadWindow();
        var clients = new List<LoadClient>();
        var running = new List<Task>();
        var channels = new List<Channel>();
        for (var i = 0; i < options.Idle + options.Clients; i++)
        {
            var channel = await network.ConnectAsync(options.Address, CancellationToken.None);
            channels.Add(channel);
            clients.Add(new LoadClient(channel));
        }

        // On the loops, because a channel's waits complete there.
        foreach (var client in clients)
        {
            await network.RunAsync(() => IntroduceAsync(client, options.Operation));
        }

        await (onConnected?.Invoke() ?? Task.CompletedTask);
        TimeSpan? interval = options.Rate is { } rate ? TimeSpan.FromSeconds(options.Clients / rate) : null;
        foreach (var client in clients.Skip(options.Idle))
        {
            running.Add(network.RunAsync(() => client.RunAsync(options.Operation, window, interval)));
        }

        await Task.Delay(options.WarmUp);
        onWarm?.Invoke();
        var started = Stopwatch.GetTimestamp();
        window.Measure();
        await Task.Delay(options.Measured);
        window.End();
        onMeasured?.Invoke();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Task.WhenAll(running);
        Abort(channels);
        return Sum([.. clients.Skip(options.Idle)], seconds);
    }

    /// <summary>All clients at once: each connects, shakes hands and does one operation.</summary>
    /// <returns>The seconds until the last was answered.</returns>
    public static async Task<double> StormAsync(Network network, LoadOptions options)
    {
        var channels = new Channel[options.Clients];
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, options.Clients)
                .Select(i =>
                    network.RunAsync(async () =>
                    {
                        channels[i] = await network.ConnectAsync(options.Address, CancellationToken.None);
                        await IntroduceAsync(new LoadClient(channels[i]), options.Operation);
                    })
                )
        );
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Abort(channels);
        return seconds;
    }

    private static void Abort(IEnumerable<Channel> channels)
    {
        foreach (var channel in channels)
        {
            channel.Abort();
        }
    }

    private static async Task IntroduceAsync(LoadClient client, Operation operation)
    {
        if (
            !await client.ExchangeAsync([.. Requests.Hello])
            || !await operation.RunAsync(client, [.. operation.Request], [.. Requests.GetMore])
        )
        {
            throw new InvalidOperationException("a client could not shake hands");
        }
    }

    private static LoadResult Sum(List<LoadClient> clients, double seconds)
    {
        var latencies = new LatencyHistogram();
        foreach (var client in clients)
        {
            latencies.Add(client.Latencies);
        }

        var done = clients.Select(client => client.Latencies.Count).Order().ToList();
        return new LoadResult
        {
            Operations = latencies.Count,
            Errors = clients.Sum(client => client.Errors),
            Seconds = seconds,
            P50 = latencies.Percentile(0.50),
            P99 = latencies.Percentile(0.99),
            SlowestShare = done[0] / (double)Math.Max(1, done[done.Count / 2]),
        };
    }
}

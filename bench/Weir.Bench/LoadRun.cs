using System.Diagnostics;
using Weir.Transport;

namespace Weir.Bench;

/// <summary>Connects the clients of a load, lets them work, and sums up what they saw.</summary>
internal static class LoadRun
{
    /// <param name="onConnected">Called when every client has shaken hands and the idle ones have done one
    /// operation, before the busy ones begin.</param>
    public static async Task<LoadResult> RunAsync(Network network, LoadOptions options, Action onConnected)
    {
        var window = new LoadWindow();
        var clients = new List<LoadClient>();
        var running = new List<Task>();
        var channels = new List<Channel>();
        var request = Requests.ForOperation(options.Operation);
        for (var i = 0; i < options.Idle + options.Clients; i++)
        {
            var channel = await network.ConnectAsync(options.Address, CancellationToken.None);
            channels.Add(channel);
            clients.Add(new LoadClient(channel));
        }

        // On the loops, because a channel's waits complete there.
        foreach (var client in clients)
        {
            await network.RunAsync(() => IntroduceAsync(client, request));
        }

        onConnected();
        foreach (var client in clients.Skip(options.Idle))
        {
            running.Add(network.RunAsync(() => client.RunAsync(request, window)));
        }

        await Task.Delay(options.WarmUp);
        var started = Stopwatch.GetTimestamp();
        window.Measure();
        await Task.Delay(options.Measured);
        window.End();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Task.WhenAll(running);
        foreach (var channel in channels)
        {
            channel.Abort();
        }

        return Sum(clients, seconds);
    }

    private static async Task IntroduceAsync(LoadClient client, byte[] request)
    {
        if (!await client.ExchangeAsync([.. Requests.Hello]) || !await client.ExchangeAsync([.. request]))
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

        return new LoadResult
        {
            Operations = latencies.Count,
            Errors = clients.Sum(client => client.Errors),
            Seconds = seconds,
            P50 = latencies.Percentile(0.50),
            P99 = latencies.Percentile(0.99),
        };
    }
}

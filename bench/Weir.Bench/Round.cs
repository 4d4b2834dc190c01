using System.Net;
using Weir.Transport;

namespace Weir.Bench;

/// <summary>All figures of one target, once. Each figure has a fresh target and fresh clients.</summary>
internal sealed class Round(Network network, CannedServerProcess server, TimeSpan seconds)
{
    private const int Busy = 64;
    private const int Idle = 1000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.7);

    public async Task<List<Sample>> RunAsync(Func<Task<Target>> start)
    {
        var samples = new List<Sample>();
        await MeasureAsync(start, samples, PingAsync);
        await MeasureAsync(start, samples, Find64Async);
        await MeasureAsync(start, samples, Find1000Async);
        await MeasureAsync(start, samples, InsertAsync);
        await MeasureAsync(start, samples, MixedAsync);
        return samples;
    }

    private static async Task MeasureAsync(
        Func<Task<Target>> start,
        List<Sample> samples,
        Func<Target, Action<string, double>, Task> measure
    )
    {
        await using var target = await start();
        await measure(target, (figure, value) => samples.Add(new Sample(target.Name, figure, value)));
    }

    private async Task PingAsync(Target target, Action<string, double> add) =>
        add(Figures.PingP50, (await LoadAsync(target, "ping", clients: 1)).P50);

    private async Task Find64Async(Target target, Action<string, double> add)
    {
        var cpu = target.Pid is { } pid ? ProcessUsage.CpuSeconds(pid) : 0;
        var result = await LoadAsync(target, "find", clients: Busy);
        add(Figures.Find64, result.PerSecond);
        if (target.Pid is { } after)
        {
            // The warm-up's operations cost processor time too, at the same rate.
            var operations = result.PerSecond * (seconds + WarmUp).TotalSeconds;
            add(Figures.Cpu64, (ProcessUsage.CpuSeconds(after) - cpu) / operations * 100_000);
        }
    }

    private async Task Find1000Async(Target target, Action<string, double> add) =>
        add(Figures.Find1000, (await LoadAsync(target, "find", clients: Idle)).PerSecond);

    private async Task InsertAsync(Target target, Action<string, double> add) =>
        add(Figures.Insert64, (await LoadAsync(target, "insert", clients: Busy)).PerSecond);

    private async Task MixedAsync(Target target, Action<string, double> add)
    {
        await server.ResetPeakAsync();
        var before = target.Pid is { } pid ? ProcessUsage.ResidentBytes(pid) : 0;
        var result = await LoadAsync(
            target,
            "find",
            clients: Busy,
            idle: Idle,
            () =>
            {
                if (target.Pid is { } connected)
                {
                    add(
                        Figures.IdleMemory,
                        (ProcessUsage.ResidentBytes(connected) - before) / (double)(Idle + Busy) / 1024
                    );
                }
            }
        );
        add(Figures.MixedFind, result.PerSecond);
        add(Figures.MixedConnections, await server.PeakAsync());
    }

    private async Task<LoadResult> LoadAsync(
        Target target,
        string operation,
        int clients,
        int idle = 0,
        Action? onConnected = null
    )
    {
        var options = new LoadOptions(target.Address, operation, clients, idle, WarmUp, seconds);
        var result = await LoadRun.RunAsync(network, options, onConnected ?? (() => { }));
        return result.Errors == 0
            ? result
            : throw new InvalidOperationException(
                $"{target.Name}: {result.Errors} clients failed at '{operation}'"
            );
    }
}

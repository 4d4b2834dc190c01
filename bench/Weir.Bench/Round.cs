using System.Net;
using Weir.Transport;

namespace Weir.Bench;

/// <summary>All figures of one target, once. Each figure has a fresh target and fresh clients.</summary>
internal sealed class Round(Network network, CannedServerProcess server, RunOptions options)
{
    private const int Busy = 64;
    private const int StormClients = 2000;
    private const int ScaleBusy = 500;

    // A proxy holds two descriptors for each, and a process often has 20,000.
    private const int ScaleIdle = 9000;

    /// <summary>Until whoever gives memory back has done so.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    public async Task<List<Sample>> RunAsync(Func<Task<Target>> start)
    {
        var samples = new List<Sample>();
        await MeasureAsync(start, samples, PingAsync);
        foreach (var clients in options.Clients)
        {
            await MeasureAsync(start, samples, (target, add) => FindAsync(target, clients, add));
        }

        if (options.Brief)
        {
            return samples;
        }

        await MeasureAsync(start, samples, OpsAsync(Figures.Insert64, Operation.Insert));
        await MeasureAsync(start, samples, OpsAsync(Figures.BigFind64, Operation.BigFind));
        await MeasureAsync(start, samples, OpsAsync(Figures.Chain64, Operation.Chain));
        await MeasureAsync(start, samples, FixedRateAsync);
        await MeasureAsync(start, samples, StormAsync);
        await MeasureAsync(start, samples, ScaleAsync);
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
        add(Figures.PingP50, (await LoadAsync(target, Operation.Ping, clients: 1)).P50);

    private async Task FindAsync(Target target, int clients, Action<string, double> add)
    {
        var (before, after) = (0d, 0d);
        var result = await LoadAsync(
            target,
            Operation.Find,
            clients,
            onWarm: () => before = target.CpuSeconds,
            onMeasured: () => after = target.CpuSeconds
        );
        add(Figures.Find(clients), result.PerSecond);
        if (clients == Busy && target.Pid is not null)
        {
            add(Figures.Cpu64, (after - before) / result.Operations * 100_000);
        }
    }

    private Func<Target, Action<string, double>, Task> OpsAsync(string figure, Operation operation) =>
        async (target, add) => add(figure, (await LoadAsync(target, operation, Busy)).PerSecond);

    private async Task FixedRateAsync(Target target, Action<string, double> add)
    {
        var result = await LoadAsync(target, Operation.Find, Busy, rate: options.Rate);
        add(Figures.RateP50, result.P50);
        add(Figures.RateP99, result.P99);
    }

    private async Task StormAsync(Target target, Action<string, double> add) =>
        add(
            Figures.Storm,
            await LoadRun.StormAsync(network, Options(target, Operation.Find, StormClients, 0, null))
        );

    private async Task ScaleAsync(Target target, Action<string, double> add)
    {
        await server.ResetPeakAsync();
        var before = target.Pid is { } pid ? ProcessUsage.ResidentBytes(pid) : 0;
        var result = await LoadAsync(
            target,
            Operation.Find,
            ScaleBusy,
            ScaleIdle,
            onConnected: async () =>
            {
                await Task.Delay(Rest);
                if (target.Pid is { } connected)
                {
                    var more = ProcessUsage.ResidentBytes(connected) - before;
                    add(Figures.IdleMemory, more / (double)(ScaleIdle + ScaleBusy) / 1024);
                }
            }
        );
        add(Figures.ScaleFind, result.PerSecond);
        add(Figures.ScaleSlowest, result.SlowestShare);
        add(Figures.ScaleConnections, await server.PeakAsync());
    }

    private async Task<LoadResult> LoadAsync(
        Target target,
        Operation operation,
        int clients,
        int idle = 0,
        double? rate = null,
        Func<Task>? onConnected = null,
        Action? onWarm = null,
        Action? onMeasured = null
    )
    {
        var load = Options(target, operation, clients, idle, rate);
        var result = await LoadRun.RunAsync(network, load, onConnected, onWarm, onMeasured);
        return result.Errors == 0
            ? result
            : throw new InvalidOperationException($"{target.Name}: {result.Errors} clients failed");
    }

    private LoadOptions Options(Target target, Operation operation, int clients, int idle, double? rate) =>
        new(target.Address, operation, clients, idle, options.WarmUp, options.Seconds, rate);
}

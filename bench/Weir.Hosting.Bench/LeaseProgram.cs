using System.Diagnostics;
using System.Globalization;
using Weir.Sandbox;

namespace Weir.Hosting.Bench;

/// <summary>What a lease costs when the pools are open: taken and given back, in one thread and in as many as there are cores.</summary>
internal static class LeaseProgram
{
    private const int Leases = 2_000_000;
    private const int Rounds = 7;

    public static async Task<int> RunAsync()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var destinations = Destination.At(sandbox.ConnectionString);
        await (await destinations.LeaseAsync(Destination.Name)).DisposeAsync();

        async Task<double> TakeAsync(int count)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                await (await destinations.LeaseAsync(Destination.Name)).DisposeAsync();
            }
            return Stopwatch.GetElapsedTime(started).TotalNanoseconds / count;
        }

        await TakeAsync(Leases / 10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        await TakeAsync(10_000);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 10_000;
        var alone = new List<double>();
        var together = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            alone.Add(await TakeAsync(Leases / Rounds));
            var all = await Task.WhenAll(
                Enumerable
                    .Range(0, Environment.ProcessorCount)
                    .Select(_ => Task.Run(() => TakeAsync(Leases / Rounds)))
            );
            together.Add(all.Average());
        }
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"a lease, taken and given back: {Median(alone):0} ns, {bytes} bytes; in {Environment.ProcessorCount} threads at once: {Median(together):0} ns (medians of {Rounds} rounds)"
            )
        );
        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}

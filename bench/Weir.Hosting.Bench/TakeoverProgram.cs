using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Hosting.Leaders;
using Weir.Sandbox;

namespace Weir.Hosting.Bench;

/// <summary>
/// How long nobody leads after <c>kill -9</c>: processes compete for a lease, the one that leads is killed at a random
/// moment, and the clock runs until another one says that it leads.
/// </summary>
internal static class TakeoverProgram
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(int kills)
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        var uri = sandbox.ConnectionString;
        var leading = new ChildProcess("leader", uri);
        var fences = new List<long>
        {
            long.Parse((await leading.ReadLineAsync())!, CultureInfo.InvariantCulture),
        };
        var times = new List<double>();
        var standing = new ChildProcess("leader", uri);
        var waiting = standing.ReadLineAsync();
        try
        {
            for (var kill = 0; kill < kills; kill++)
            {
                // The one that stands by has asked, and the leader is anywhere between two renewals.
                var asked = sandbox.Members[0].CommandCount("findAndModify");
                while (sandbox.Members[0].CommandCount("findAndModify") == asked)
                {
                    await Task.Delay(10);
                }
                await Task.Delay(Random.Shared.Next((int)Period.TotalMilliseconds));
                var killed = Stopwatch.GetTimestamp();
                leading.Kill();
                fences.Add(long.Parse((await waiting)!, CultureInfo.InvariantCulture));
                times.Add(Stopwatch.GetElapsedTime(killed).TotalMilliseconds);
                leading.Dispose();
                leading = standing;
                standing = new ChildProcess("leader", uri);
                waiting = standing.ReadLineAsync();
            }
        }
        finally
        {
            leading.Dispose();
            standing.Dispose();
        }
        times.Sort();
        var grows = fences.Zip(fences.Skip(1)).All(pair => pair.First < pair.Second);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"takeover after kill -9, lease period {Period.TotalMilliseconds:0} ms, {kills} kills: median {times[times.Count / 2]:0} ms, worst {times[^1]:0} ms; the fence {(grows ? "only grew" : "DID NOT ONLY GROW")}, to {fences[^1]}"
            )
        );
        return grows && times[^1] <= Period.TotalMilliseconds ? 0 : 1;
    }

    /// <summary>A process that competes: says its fence when it leads, and leads until it is killed.</summary>
    public static async Task<int> LeadAsync(string uri)
    {
        await using var destinations = Destination.At(uri);
        var lease = new LeaderLease(
            "bench",
            new LeaderOptions
            {
                Destination = Destination.Name,
                Database = Destination.Database,
                Period = Period,
            },
            destinations,
            TimeProvider.System,
            NullLogger<LeaderLease>.Instance
        );
        await using var term = await lease.AcquireAsync(CancellationToken.None);
        Console.WriteLine(term.Fence.ToString(CultureInfo.InvariantCulture));
        await Task.Delay(Timeout.Infinite, term.Lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 1;
    }
}

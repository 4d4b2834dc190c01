using System.Globalization;
using System.Net;
using Weir.Transport;

namespace Weir.Bench;

/// <summary><c>Weir.Bench run</c>: every target in every round, side by side on this machine, and the medians.</summary>
internal static class RunProgram
{
    public static async Task<int> RunAsync(RunOptions options)
    {
        await using var server = await CannedServerProcess.StartAsync(options.Server);
        await using var network = Network.CreateDefault();
        var round = new Round(network, server, options);
        Func<Task<Target>>[] targets =
        [
            .. options.Targets.Select<string, Func<Task<Target>>>(name =>
                name switch
                {
                    "direct" => () => Target.DirectAsync(server.Address),
                    "haproxy" => () => Target.HaProxyAsync(server.Address),
                    "watched" => () => Target.WatchedWeirAsync(options.Weir, server.Address),
                    "traced" => () => Target.TracedWeirAsync(options.Weir, server.Address),
                    _ => () => Target.WeirAsync(options.Weir, server.Address),
                }
            ),
            .. options.Peers.Select<(string Name, IPEndPoint Address), Func<Task<Target>>>(peer =>
                () => Target.PeerAsync(peer.Name, peer.Address)
            ),
        ];

        var samples = new List<Sample>();
        for (var number = 1; number <= options.Rounds; number++)
        {
            foreach (var target in targets)
            {
                samples.AddRange(await round.RunAsync(target));
            }

            await Console.Error.WriteLineAsync($"round {number} of {options.Rounds} done");
        }

        var report = new Report(samples);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Environment.ProcessorCount} processors, {options.Rounds} rounds of {options.Seconds.TotalSeconds} s a figure, a canned server"
            )
        );
        Console.WriteLine();
        Console.Write(report.ToMarkdown());
        if (options.Json is { } file)
        {
            await File.WriteAllTextAsync(file, report.ToJson());
        }

        if (options.Save is { } save)
        {
            await Ratios.SaveAsync(report, save);
        }

        return options.Check is null || await Ratios.CheckAsync(report, options.Check, Console.Out) ? 0 : 1;
    }
}

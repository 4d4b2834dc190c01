using System.Globalization;

namespace Weir.SyncBench;

/// <summary>
/// Copies a collection three ways between two deployments, in one run: the incident's client per chunk, a plain script
/// with one client, and <c>weir sync</c>, which then verifies what it copied.
/// </summary>
internal static class SyncBench
{
    public static async Task<int> RunAsync(BenchOptions options)
    {
        var root = Root();
        var weir = Environment.GetEnvironmentVariable("WEIR") ?? Path.Combine(root, "weir");
        await using var from = await BenchServer.StartAsync(weir, "source", options.Source, options);
        await using var source = new BenchDeployment(from.Uri);
        await source.DropAsync();
        await source.FillAsync(options.Documents, options.DocumentBytes);
        WriteHead(options);

        foreach (var script in new[] { "client-per-chunk", "one-client" })
        {
            // A destination of its own for each: what the one before left behind slows nobody.
            await using var to = await BenchServer.StartAsync(
                weir,
                "destination",
                options.Destination,
                options
            );
            await using var destination = new BenchDeployment(to.Uri);
            await destination.DropAsync();
            string[] arguments =
            [
                Path.Combine(root, "bench", "sync", $"{script}.mjs"),
                from.Uri,
                to.Uri,
                options.Chunk.ToString(CultureInfo.InvariantCulture),
            ];
            Write(await Measured.RunAsync($"node, {script}", "node", arguments), options);
            await RequireWholeAsync(destination, options, script);
        }

        var config = Path.Combine(Path.GetTempPath(), $"weir-sync-bench-{Environment.ProcessId}.yaml");
        try
        {
            await using var to = await BenchServer.StartAsync(
                weir,
                "destination",
                options.Destination,
                options
            );
            await using var destination = new BenchDeployment(to.Uri);
            await destination.DropAsync();
            await File.WriteAllTextAsync(config, Yaml(from.Uri, to.Uri, options));
            Write(await Measured.RunAsync("weir sync run", weir, "sync", "run", "--config", config), options);
            await RequireWholeAsync(destination, options, "weir sync run");
            Write(
                await Measured.RunAsync("weir sync verify", weir, "sync", "verify", "--config", config),
                options
            );
        }
        finally
        {
            File.Delete(config);
        }
        return 0;
    }

    private static async Task RequireWholeAsync(
        BenchDeployment destination,
        BenchOptions options,
        string name
    )
    {
        if (await destination.CountAsync() is var count && count != options.Documents)
        {
            throw new InvalidOperationException($"{name} left {count} documents, not {options.Documents}");
        }
    }

    private static void WriteHead(BenchOptions options)
    {
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{options.Documents:N0} documents of {options.DocumentBytes} bytes, {options.Source ?? options.Engine} to {options.Destination ?? options.Engine}, {Environment.ProcessorCount} processors"
            )
        );
        Console.WriteLine("| | documents/s | MB/s | seconds | processor s | peak memory MB |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
    }

    private static void Write(Measured result, BenchOptions options)
    {
        var megabytes = (double)options.Documents * options.DocumentBytes / 1e6;
        var seconds = result.Elapsed.TotalSeconds;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {result.Name} | {options.Documents / seconds:N0} | {megabytes / seconds:N1} | {seconds:N1} | {result.Processor.TotalSeconds:N1} | {result.PeakBytes / 1e6:N0} |"
            )
        );
    }

    private static string Yaml(string source, string destination, BenchOptions options) =>
        $$"""
            destinations: { d: "{{destination}}" }
            sources: { s: { mongodb: { uri: "{{source}}", database: bench } } }
            jobs:
              copy:
                source: s
                destination: d
                database: bench
                concurrency: {{options.Concurrency}}
                entities: { docs: }
            """;

    private static string Root()
    {
        for (
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent
        )
        {
            if (File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("Weir.slnx was not found above the bench");
    }
}

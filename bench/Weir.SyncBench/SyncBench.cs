using System.Globalization;

namespace Weir.SyncBench;

/// <summary>
/// Copies a collection three ways between two deployments, in one run: the incident's client per chunk, a plain script
/// with one client, and <c>weir sync</c>, which then verifies what it copied.
/// </summary>
internal static class SyncBench
{
    private static readonly string[] s_scripts = ["client-per-chunk", "one-client"];

    public static async Task<int> RunAsync(BenchOptions options)
    {
        var root = Root();
        var weir = Environment.GetEnvironmentVariable("WEIR") ?? Path.Combine(root, "weir");
        WriteHead(options);
        foreach (var documents in options.Documents)
        {
            await using var from = await BenchServer.StartAsync(weir, "source", options.Source, options);
            await using var source = new BenchDeployment(from.Uri);
            await source.DropAsync();
            await source.FillAsync(documents, options.DocumentBytes);
            foreach (var script in options.OnlyWeir ? [] : s_scripts)
            {
                await RunScriptAsync(root, weir, script, from.Uri, documents, options);
            }
            await RunWeirAsync(weir, from.Uri, documents, options);
        }
        return 0;
    }

    private static async Task RunScriptAsync(
        string root,
        string weir,
        string script,
        string from,
        int documents,
        BenchOptions options
    )
    {
        // A destination of its own for each: what the one before left behind slows nobody.
        await using var to = await BenchServer.StartAsync(weir, "destination", options.Destination, options);
        await using var destination = new BenchDeployment(to.Uri);
        await destination.DropAsync();
        string[] arguments =
        [
            Path.Combine(root, "bench", "sync", $"{script}.mjs"),
            from,
            to.Uri,
            options.Chunk.ToString(CultureInfo.InvariantCulture),
        ];
        Write(await Measured.RunAsync($"node, {script}", "node", arguments), documents, options);
        await RequireWholeAsync(destination, documents, script);
    }

    private static async Task RunWeirAsync(string weir, string from, int documents, BenchOptions options)
    {
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
            await File.WriteAllTextAsync(config, Yaml(from, to.Uri, options));
            var copied = await Measured.RunAsync("weir sync run", weir, "sync", "run", "--config", config);
            Write(copied, documents, options);
            await RequireWholeAsync(destination, documents, "weir sync run");
            var verified = await Measured.RunAsync(
                "weir sync verify",
                weir,
                "sync",
                "verify",
                "--config",
                config
            );
            Write(verified, documents, options);
        }
        finally
        {
            File.Delete(config);
        }
    }

    private static async Task RequireWholeAsync(BenchDeployment destination, int documents, string name)
    {
        if (await destination.CountAsync() is var count && count != documents)
        {
            throw new InvalidOperationException($"{name} left {count} documents, not {documents}");
        }
    }

    private static void WriteHead(BenchOptions options)
    {
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"documents of {options.DocumentBytes} bytes, {options.Source ?? options.Engine} to {options.Destination ?? options.Engine}, {Environment.ProcessorCount} processors"
            )
        );
        Console.WriteLine("| | documents | documents/s | MB/s | seconds | processor s | peak memory MB |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
    }

    private static void Write(Measured result, int documents, BenchOptions options)
    {
        var megabytes = (double)documents * options.DocumentBytes / 1e6;
        var seconds = result.Elapsed.TotalSeconds;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {result.Name} | {documents:N0} | {documents / seconds:N0} | {megabytes / seconds:N1} | {seconds:N1} | {result.Processor.TotalSeconds:N1} | {result.PeakBytes / 1e6:N0} |"
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

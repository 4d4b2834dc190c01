using System.Diagnostics;

namespace Weir.Engine.Tests;

/// <summary>The engine leaves nothing behind, however it ends.</summary>
public class EngineProcessTests
{
    [Fact]
    public async Task An_engine_that_is_stopped_leaves_no_process_and_no_mount()
    {
        await EngineClient.EngineAsync();
        var engine = await DocumentDb.StartAsync(TestContext.Current.CancellationToken);

        Assert.NotEmpty(Descendants(engine.ProcessId));
        var all = Descendants(engine.ProcessId);
        await engine.DisposeAsync();

        Assert.DoesNotContain(all, IsRunning);
        Assert.DoesNotContain("documentdb", await MountsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_whose_starter_is_killed_leaves_no_process_and_no_mount()
    {
        await EngineClient.EngineAsync();
        // A shell holds the only end of the engine's input, and is killed.
        var script = Path.Combine(AppContext.BaseDirectory, "documentdb", "start");
        var start = new ProcessStartInfo("/bin/bash", ["-c", $"sleep infinity | '{script}'"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var shell = Process.Start(start)!;
        _ = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(
            "ready",
            await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );

        var all = Descendants(shell.Id);
        Process.GetProcessById(all.Single(pid => NameOf(pid) == "sleep")).Kill();
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain(all, IsRunning);
        Assert.DoesNotContain("documentdb", await MountsAsync(), StringComparison.Ordinal);
    }

    private static Task<string> MountsAsync() =>
        File.ReadAllTextAsync("/proc/self/mounts", TestContext.Current.CancellationToken);

    private static bool IsRunning(int pid) => Directory.Exists($"/proc/{pid}");

    private static string NameOf(int pid) => File.ReadAllText($"/proc/{pid}/comm").Trim();

    private static List<int> Descendants(int pid)
    {
        var children = Directory
            .EnumerateDirectories($"/proc/{pid}/task")
            .SelectMany(task =>
                File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            )
            .Select(child => int.Parse(child, System.Globalization.CultureInfo.InvariantCulture))
            .ToList();
        return [.. children, .. children.SelectMany(Descendants)];
    }
}

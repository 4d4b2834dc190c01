using System.Diagnostics;
using System.Globalization;

namespace Weir.SyncBench;

/// <summary>A program's run: how long it took, its processor time, and the most memory it had resident (Linux).</summary>
internal sealed record Measured(string Name, TimeSpan Elapsed, TimeSpan Processor, long PeakBytes)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    public static async Task<Measured> RunAsync(string name, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var (peak, processor) = (0L, TimeSpan.Zero);
        var exit = process.WaitForExitAsync();
        while (!exit.IsCompleted)
        {
            peak = Math.Max(peak, PeakOf(process.Id));
            processor = ProcessorOf(process, processor);
            await Task.WhenAny(exit, Task.Delay(s_look));
        }
        var elapsed = Stopwatch.GetElapsedTime(began);
        return process.ExitCode == 0
            ? new Measured(name, elapsed, processor, peak)
            : throw new InvalidOperationException($"{name} ended with {process.ExitCode}: {await output}");
    }

    // The kernel's own high-water mark, so that no peak between two looks is missed but the very last.
    private static long PeakOf(int pid)
    {
        const string Label = "VmHWM:";
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status")
                .FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal));
            return line is null
                ? 0
                : long.Parse(line[Label.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static TimeSpan ProcessorOf(Process process, TimeSpan before)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return before;
        }
    }
}

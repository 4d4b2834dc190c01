using System.Diagnostics;

namespace Weir.Samples.Journal.Demo;

/// <summary>A process of the service.</summary>
internal sealed class Replica : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<string> _ready = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    private Replica(Process process) => _process = process;

    /// <summary>Where it listens.</summary>
    public Task<string> Address => _ready.Task;

    public bool HasExited => _process.HasExited;

    public static Replica Start(string name, IReadOnlyDictionary<string, string> settings)
    {
        var dll = Path.Combine(Repository.Root, "samples/Journal/bin/Release/net10.0/journal.dll");
        var start = new ProcessStartInfo("dotnet", [dll])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }
        var process = Process.Start(start)!;
        var replica = new Replica(process);
        process.OutputDataReceived += (_, line) => replica.Hear(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text)
            {
                Console.Error.WriteLine($"  {name}: {text}");
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return replica;
    }

    /// <summary>SIGTERM, and the wait for its end.</summary>
    /// <returns>The exit code and how long it took.</returns>
    public async Task<(int Code, TimeSpan Took)> StopAsync()
    {
        var started = Stopwatch.GetTimestamp();
        if (!_process.HasExited)
        {
            Signals.Terminate(_process);
        }
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        const string Mark = "Now listening on: ";
        var at = line?.IndexOf(Mark, StringComparison.Ordinal) ?? -1;
        if (at >= 0)
        {
            _ready.TrySetResult(line![(at + Mark.Length)..].Trim());
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Weir.Sync.Tests.Program;

/// <summary><c>weir sync …</c> as its user starts it: a process of its own.</summary>
internal sealed partial class WeirSync : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly Task _reading;

    private WeirSync(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>What it has said so far, on either output.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public bool HasExited => _process.HasExited;

    public static WeirSync Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "weir"),
            ["sync", .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        return new WeirSync(Process.Start(start)!);
    }

    /// <summary>Runs it to its end: the exit code, and what it said.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        await using var program = Start(arguments);
        var code = await program.EndAsync();
        return (code, string.Join('\n', program.Lines));
    }

    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(Stage.Ending);
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>SIGTERM: it should stop in order.</summary>
    public void Stop() => _ = SendSignal(_process.Id, SigTerm);

    /// <summary>SIGKILL: it has no say in it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(Stage.Ending);
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            Lines.Enqueue(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}

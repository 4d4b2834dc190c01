using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Weir.Cli.Demo;

/// <summary>
/// This program, started once more as a process of its own. Ends with its parent: disposing kills what still
/// runs, and a child that loses its standard input ends by itself.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly Task _reading;

    private ChildProcess(Process process, Action<string> onLine)
    {
        _process = process;
        _reading = Task.WhenAll(
            ReadLinesAsync(process.StandardOutput, onLine),
            ReadLinesAsync(process.StandardError, _ => { })
        );
    }

    public static ChildProcess Start(Action<string> onLine, params string[] arguments)
    {
        var (program, prefix) = Self();
        var start = new ProcessStartInfo(program, [.. prefix, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // It lives for seconds: recompiling by profile would cost more than it gives, on cores that the demo needs.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new ChildProcess(Process.Start(start)!, onLine);
    }

    /// <summary><c>kill -9</c>: the process can do nothing about it. Returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await EndAsync();
    }

    /// <summary>SIGTERM, and the exit code; 137 when it did not end within <paramref name="patience"/> and was
    /// killed.</summary>
    public async Task<int> TerminateAsync(TimeSpan patience)
    {
        _ = Kill(_process.Id, SigTerm);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }

        await EndAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task EndAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
    }

    // `dotnet weir.dll …` is a way to start the program too.
    private static (string Program, string[] Prefix) Self()
    {
        var program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? (program, [Path.Combine(AppContext.BaseDirectory, "weir.dll")])
            : (program, []);
    }

    private static async Task ReadLinesAsync(StreamReader output, Action<string> onLine)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            onLine(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}

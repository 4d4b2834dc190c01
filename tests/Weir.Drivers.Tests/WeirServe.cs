using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Weir.Drivers.Tests;

/// <summary><c>weir serve</c> as its user starts it: a process of its own, ended by SIGTERM.</summary>
internal sealed partial class WeirServe : IAsyncDisposable
{
    private const string Ready = "listening on ";
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly Task<string> _log;

    private WeirServe(Process process, string address, Task<string> log)
    {
        _process = process;
        _log = log;
        Address = address;
    }

    /// <summary>Where its first listener is.</summary>
    public string Address { get; }

    public string ConnectionString => $"mongodb://{Address}/";

    public static Task<WeirServe> StartAsync(string upstream, CancellationToken cancellationToken) =>
        StartAsync(["--listen", "127.0.0.1:0", "--upstream", upstream], cancellationToken);

    public static async Task<WeirServe> StartAsync(
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken
    )
    {
        var program = Path.Combine(AppContext.BaseDirectory, "weir");
        var start = new ProcessStartInfo(program, ["serve", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var log = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return line?.StartsWith(Ready, StringComparison.Ordinal) == true
            ? new WeirServe(process, line[Ready.Length..].Split(' ')[0], log)
            : throw new InvalidOperationException($"weir serve said '{line}': {await log}");
    }

    /// <summary>SIGTERM; the exit code, and what it had logged.</summary>
    public async Task<(int ExitCode, string Log)> StopAsync(CancellationToken cancellationToken)
    {
        _ = Kill(_process.Id, SigTerm);
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, await _log);
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

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

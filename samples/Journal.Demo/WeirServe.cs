using System.Diagnostics;

namespace Weir.Samples.Journal.Demo;

/// <summary><c>weir serve</c> as a process.</summary>
internal sealed class WeirServe : IDisposable
{
    private readonly Process _process;

    private WeirServe(Process process, string address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where it listens: host:port.</summary>
    public string Address { get; }

    public static async Task<WeirServe> StartAsync(string upstream)
    {
        var program = Path.Combine(Repository.Root, "artifacts/weir/weir");
        var process = Process.Start(
            new ProcessStartInfo(
                program,
                ["serve", "--listen", "127.0.0.1:0", "--upstream", $"mongodb://{upstream}/?maxPoolSize=8"]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        const string Ready = "listening on ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
            {
                return new WeirServe(process, line[Ready.Length..].Split(' ')[0]);
            }
        }
        throw new InvalidOperationException($"weir serve ended with {process.ExitCode} before it listened");
    }

    public async Task<int> StopAsync()
    {
        Signals.Terminate(_process);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.Dispose();
    }
}

using System.Diagnostics;

namespace Weir.SyncBench;

/// <summary><c>weir sandbox</c> as a process of its own.</summary>
internal sealed class SandboxProcess : IDisposable
{
    private const string Ready = "listening on ";

    private readonly Process _process;

    private SandboxProcess(Process process, string uri) => (_process, Uri) = (process, uri);

    public string Uri { get; }

    public static async Task<SandboxProcess> StartAsync(string weir, string name)
    {
        var process = Process.Start(
            new ProcessStartInfo(weir, ["sandbox", "--port", "0", "--replica-set", name])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var line = await process.StandardOutput.ReadLineAsync();
        return line?.StartsWith(Ready, StringComparison.Ordinal) == true
            ? new SandboxProcess(process, line[Ready.Length..])
            : throw new InvalidOperationException($"weir sandbox said '{line}'");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}

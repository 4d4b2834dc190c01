using System.Diagnostics;

namespace Weir.SyncBench;

/// <summary>A deployment: <c>weir sandbox</c> as a process of its own, or one that is there already.</summary>
internal sealed class BenchServer : IDisposable
{
    private const string Ready = "listening on ";

    private readonly Process? _process;

    private BenchServer(Process? process, string uri) => (_process, Uri) = (process, uri);

    public string Uri { get; }

    public static async Task<BenchServer> StartAsync(string weir, string name, string? known)
    {
        if (known is not null)
        {
            return new BenchServer(null, known);
        }
        var process = Process.Start(
            new ProcessStartInfo(weir, ["sandbox", "--port", "0", "--replica-set", name])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var line = await process.StandardOutput.ReadLineAsync();
        return line?.StartsWith(Ready, StringComparison.Ordinal) == true
            ? new BenchServer(process, line[Ready.Length..])
            : throw new InvalidOperationException($"weir sandbox said '{line}'");
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}

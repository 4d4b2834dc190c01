using System.Diagnostics;

namespace Weir.Sync.Tests.Program;

/// <summary><c>weir sandbox</c> as a process of its own: what it holds is not in the tests' memory.</summary>
internal sealed class SandboxProgram : IAsyncDisposable
{
    private const string Ready = "listening on ";

    private readonly Process _process;

    private SandboxProgram(Process process, string uri)
    {
        _process = process;
        Uri = uri;
    }

    public string Uri { get; }

    public static async Task<SandboxProgram> StartAsync()
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "weir"),
            ["sandbox", "--port", "0", "--replica-set", "rs0"]
        )
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(Stage.Ending);
        Assert.StartsWith(Ready, line, StringComparison.Ordinal);
        return new SandboxProgram(process, line![Ready.Length..]);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

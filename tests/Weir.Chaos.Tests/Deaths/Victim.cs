using System.Diagnostics;
using System.Net;

namespace Weir.Chaos.Tests.Deaths;

/// <summary>A real client process with a real driver (pymongo), to be killed.</summary>
internal sealed class Victim : IDisposable
{
    private readonly Process _process;

    private Victim(Process process) => _process = process;

    /// <summary>Starts one; it has opened all that it will leave behind when this returns.</summary>
    /// <param name="door">Weir's address.</param>
    /// <param name="role">"busy" or "idle".</param>
    public static async Task<Victim> StartAsync(EndPoint door, string role)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Deaths", "victim.py");
        // Debian's own Python, because that is the one that Debian's python3-pymongo belongs to.
        var start = new ProcessStartInfo("/usr/bin/python3", [script, $"mongodb://{door}/", role])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(Eventually.Patience);
        return line == "ready"
            ? new Victim(process)
            : throw new InvalidOperationException($"victim.py said '{line}': {await errors}");
    }

    /// <summary>kill -9.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Weir.Bench;

/// <summary>The canned server as a process of its own, asked over its standard input.</summary>
internal sealed class CannedServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private CannedServerProcess(Process process, IPEndPoint address)
    {
        _process = process;
        Address = address;
    }

    public IPEndPoint Address { get; }

    public static async Task<CannedServerProcess> StartAsync(IPEndPoint address)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["server", $"{address}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var bound = await process.StandardOutput.ReadLineAsync();
        return bound is null
            ? throw new InvalidOperationException($"the canned server could not listen on {address}")
            : new CannedServerProcess(process, IPEndPoint.Parse(bound));
    }

    /// <summary>The most connections at a time since the last reset.</summary>
    public async Task<int> PeakAsync() => int.Parse(await AskAsync("peak"), CultureInfo.InvariantCulture);

    public Task ResetPeakAsync() => AskAsync("reset");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> AskAsync(string question)
    {
        await _process.StandardInput.WriteLineAsync(question);
        return (await _process.StandardOutput.ReadLineAsync())!;
    }
}

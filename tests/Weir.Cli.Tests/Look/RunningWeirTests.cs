using System.Diagnostics;
using System.Text.Json;
using Weir.Cli.Tests.Serve;
using Weir.Testing;

namespace Weir.Cli.Tests.Look;

/// <summary><c>weir top</c> and <c>weir status</c> of a running Weir, by its admin API.</summary>
public class RunningWeirTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Top_shows_its_tables_live_and_its_keys_choose_sort_filter_pause_and_end()
    {
        Assert.SkipUnless(TerminalProgram.IsThere, "script is not installed");
        await using var weir = await RunningWeir.StartAsync(Token);
        await using var top = TerminalProgram.Start("top", weir.Admin.ToString());

        await top.SeeAsync("live");
        await top.SeeAsync("1 pools 1");
        await top.SeeAsync("upstream");
        await top.TypeAsync("6");
        await top.SeeAsync("round trip");
        await top.TypeAsync("s");
        await top.SeeAsync("address↑");
        await top.TypeAsync("/nothing-like-it\r");
        await top.SeeAsync("nothing matches the filter");
        await top.TypeAsync("p");
        await top.SeeAsync("paused");
        await top.TypeAsync("q");

        Assert.Equal(0, await top.EndAsync());
    }

    [Fact]
    public async Task Status_prints_it_once_and_as_JSON()
    {
        await using var weir = await RunningWeir.StartAsync(Token);

        var text = await StatusAsync(weir.Admin.ToString());
        var json = JsonDocument.Parse(await StatusAsync(weir.Admin.ToString(), "--json")).RootElement;

        Assert.Contains("pools (1)", text, StringComparison.Ordinal);
        Assert.Contains("servers (1)", text, StringComparison.Ordinal);
        Assert.Equal("main", json.GetProperty("pools")[0].GetProperty("upstream").GetString());
    }

    private static async Task<string> StatusAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "weir"),
            ["status", .. arguments]
        )
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}

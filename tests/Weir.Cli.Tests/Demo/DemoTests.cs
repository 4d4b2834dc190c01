using System.Diagnostics;
using System.Globalization;

namespace Weir.Cli.Tests.Demo;

/// <summary><c>weir demo</c> as a newcomer runs it.</summary>
public class DemoTests
{
    private const int ConnectionLimit = 500;

    // Ten, a monitor's two, and those that a killed client's exchange cost and whose end the server has yet to
    // notice. The incident itself asks for less than 20.
    private const int Limit = 19;

    // Handed down to whatever the demo starts, and to nothing else: other tests run the program too.
    private const string Mark = "WEIR_DEMO_TEST";

    private readonly string _mark = $"{Guid.NewGuid():n}";

    [Fact]
    public async Task The_demo_shows_the_incident_and_that_Weir_ends_it()
    {
        var output = await RunAsync("demo");

        var (directPeak, weirPeak) = Row(output, "connections at the server, peak");
        var (directRefused, weirRefused) = Row(output, "connections refused by the server");
        var (directErrors, weirErrors) = Row(output, "errors at the clients");
        var (directOperations, weirOperations) = Row(output, "operations done");
        Assert.Equal(ConnectionLimit, directPeak);
        Assert.InRange(weirPeak, 1, Limit);
        Assert.True(directRefused > 0 && directErrors > 0, output);
        Assert.Equal((0, 0), (weirRefused, weirErrors));
        Assert.True(directOperations > 0 && weirOperations > 0, output);
        Assert.Contains("nothing is left running", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Process.GetProcessesByName("weir"), IsOurs);
    }

    private async Task<string> RunAsync(string command)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "weir"), [command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Mark] = _mark;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }

    private static (int Direct, int Weir) Row(string output, string label)
    {
        var line = output.Split('\n').Single(line => line.Contains($" {label} ", StringComparison.Ordinal));
        var cells = line.Split('│', StringSplitOptions.TrimEntries);
        return (Number(cells[2]), Number(cells[3]));
    }

    private static int Number(string cell) =>
        int.Parse(cell, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private bool IsOurs(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/environ").Contains(_mark, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked.
            return false;
        }
    }
}

using System.Diagnostics;

namespace Weir.Drivers.Tests;

/// <summary>What a driver's scenario printed: a line a step.</summary>
internal sealed record Transcript(IReadOnlyList<string> Lines)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public IEnumerable<string> Failures =>
        Lines.Where(line => !line.Contains("\"ok\":true") && !line.Contains("\"ok\": true"));

    /// <exception cref="InvalidOperationException">The program is missing, died, or took too long.</exception>
    public static async Task<Transcript> OfAsync(
        Driver driver,
        string uri,
        bool transactions,
        CancellationToken cancellationToken
    )
    {
        var script = Path.Combine(Root(), "tests", "drivers", driver.Script);
        var start = new ProcessStartInfo(
            driver.Program,
            [script, uri, .. transactions ? ["--transactions"] : Array.Empty<string>()]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? new Transcript((await output).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                : throw new InvalidOperationException(
                    $"{driver} ended with {process.ExitCode}: {await errors}"
                );
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
        {
            folder =
                folder.Parent
                ?? throw new InvalidOperationException("Weir.slnx was not found above the test's folder");
        }

        return folder.FullName;
    }
}

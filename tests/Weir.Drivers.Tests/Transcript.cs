using System.Diagnostics;

namespace Weir.Drivers.Tests;

/// <summary>What a driver's scenario printed: a line a step.</summary>
internal sealed record Transcript(IReadOnlyList<Line> Lines, TimeSpan Duration)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public Line? Of(string step) => Lines.FirstOrDefault(line => line.Step == step);

    /// <param name="driver">The driver that runs.</param>
    /// <param name="uris">Connection strings by name, as the scenarios take them.</param>
    /// <param name="without">Steps to leave out.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="InvalidOperationException">The program is missing, died, or took too long.</exception>
    public static async Task<Transcript> OfAsync(
        Driver driver,
        IReadOnlyDictionary<string, string> uris,
        IEnumerable<string> without,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        string[] arguments =
        [
            .. uris.Select(named => $"{named.Key}={named.Value}"),
            $"without={string.Join(',', without)}",
        ];
        var lines = await LinesOfAsync(driver, arguments, cancellationToken);
        return new Transcript([.. lines.Select(Line.Parse)], Stopwatch.GetElapsedTime(started));
    }

    /// <summary>What a driver's program prints.</summary>
    /// <inheritdoc cref="OfAsync"/>
    public static async Task<IReadOnlyList<string>> LinesOfAsync(
        Driver driver,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(
            Locate(driver.Program),
            [.. driver.Arguments.Select(Locate), .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException(
                $"{driver} did not end within {Patience.TotalMinutes} minutes: {await output}{await errors}"
            );
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{driver} ended with {process.ExitCode}: {await output}{await errors}"
            );
        }

        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Locate(string path) =>
        path.StartsWith("./", StringComparison.Ordinal)
            ? Path.Combine(Repository.Root, "tests", "drivers", path[2..])
            : path;
}

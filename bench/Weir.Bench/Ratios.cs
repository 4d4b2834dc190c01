using System.Globalization;
using System.Text.Json;

namespace Weir.Bench;

/// <summary>
/// Weir's figures as ratios to HAProxy's of the same run: a machine's speed cancels out, so that they can be compared
/// with those of another day.
/// </summary>
internal static class Ratios
{
    /// <summary>How much worse a ratio may be: what runs of the same build differ by on a small virtual machine.</summary>
    private const double Tolerance = 0.15;

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public static async Task SaveAsync(Report report, string file) =>
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(Of(report), s_indented) + "\n");

    /// <summary>Prints each ratio beside the reference's. <see langword="false"/>: one is worse.</summary>
    public static async Task<bool> CheckAsync(Report report, string file, TextWriter to)
    {
        var reference = JsonSerializer.Deserialize<Dictionary<string, double>>(
            await File.ReadAllTextAsync(file)
        )!;
        var now = Of(report);
        var isGood = true;
        foreach (var (figure, expected) in reference)
        {
            if (!now.TryGetValue(figure, out var ratio))
            {
                continue;
            }

            var isWorse = Figures.IsLessBetter(figure)
                ? ratio > expected * (1 + Tolerance)
                : ratio < expected * (1 - Tolerance);
            isGood &= !isWorse;
            await to.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(isWorse ? "WORSE" : "ok   ")} {figure}: {ratio:0.00} x HAProxy, reference {expected:0.00}"
                )
            );
        }

        return isGood;
    }

    private static Dictionary<string, double> Of(Report report) =>
        report
            .Figures.Where(figure =>
                report.Median(Target.HaProxyName, figure) > 0 && report.Median(Target.WeirName, figure) > 0
            )
            .ToDictionary(
                figure => figure,
                figure =>
                    Math.Round(
                        report.Median(Target.WeirName, figure)!.Value
                            / report.Median(Target.HaProxyName, figure)!.Value,
                        3
                    )
            );
}

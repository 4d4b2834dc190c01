using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Weir.Bench;

/// <summary>Medians over the rounds, as a Markdown table and as JSON.</summary>
internal sealed class Report(IReadOnlyList<Sample> samples)
{
    private readonly List<string> _targets = [.. samples.Select(sample => sample.Target).Distinct()];

    /// <summary>The figures that were measured, in the order of the round.</summary>
    public IReadOnlyList<string> Figures { get; } = [.. samples.Select(sample => sample.Figure).Distinct()];

    /// <summary>Of a target's rounds; null where it was not measured.</summary>
    public double? Median(string target, string figure)
    {
        var values = samples
            .Where(sample => sample.Target == target && sample.Figure == figure)
            .Select(sample => sample.Value)
            .Order()
            .ToList();
        return values.Count == 0 ? null : values[values.Count / 2];
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine($"| median | {string.Join(" | ", _targets)} |");
        text.AppendLine($"|---|{string.Concat(_targets.Select(_ => "---:|"))}");
        foreach (var figure in Figures)
        {
            text.AppendLine(
                $"| {figure} | {string.Join(" | ", _targets.Select(target => Cell(target, figure)))} |"
            );
        }

        return text.ToString();
    }

    public string ToJson() =>
        JsonSerializer.Serialize(
            samples
                .GroupBy(sample => sample.Figure)
                .ToDictionary(
                    figure => figure.Key,
                    figure =>
                        figure.GroupBy(sample => sample.Target).ToDictionary(target => target.Key, Values)
                ),
            s_indented
        );

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static double[] Values(IGrouping<string, Sample> target) =>
        [.. target.Select(sample => sample.Value)];

    private string Cell(string target, string figure) =>
        Median(target, figure) is not { } median
            ? ""
            : median.ToString(median >= 20 ? "N0" : "N2", CultureInfo.InvariantCulture);
}

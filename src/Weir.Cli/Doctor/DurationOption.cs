using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Weir.Cli.Doctor;

/// <summary>An option that takes a duration as people write it: <c>90</c>, <c>90s</c>, <c>5m</c>, <c>500ms</c>.</summary>
internal static class DurationOption
{
    public static Option<TimeSpan?> Create(string name, string description) =>
        new(name)
        {
            Description = description,
            CustomParser = Parse,
            HelpName = "DURATION",
        };

    public static bool TryParse(string text, out TimeSpan duration)
    {
        var (number, seconds) =
            text.EndsWith("ms", StringComparison.Ordinal) ? (text[..^2], 0.001)
            : text.EndsWith('s') ? (text[..^1], 1)
            : text.EndsWith('m') ? (text[..^1], 60)
            : text.EndsWith('h') ? (text[..^1], 3600)
            : (text, 1.0);
        var good =
            double.TryParse(
                number,
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var count
            ) && count * seconds is > 0 and <= 7 * 86_400;
        duration = good ? TimeSpan.FromSeconds(count * seconds) : default;
        return good;
    }

    private static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!TryParse(text, out var duration))
        {
            result.AddError($"'{text}' is no duration: write 60s, 5m or 500ms");
        }

        return duration;
    }
}

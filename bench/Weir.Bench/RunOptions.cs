using System.Globalization;

namespace Weir.Bench;

/// <summary>
/// What <c>run</c> is told: <c>--rounds N --seconds S --weir PROGRAM --json FILE --targets NAME,NAME</c>.
/// </summary>
internal sealed record RunOptions(
    int Rounds,
    TimeSpan Seconds,
    string Weir,
    string? Json,
    IReadOnlyList<string> Targets
)
{
    private static readonly string[] AllTargets = ["direct", "haproxy", "weir", "watched", "traced"];

    /// <exception cref="ArgumentException">An option is not known, or has no value.</exception>
    public static RunOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new RunOptions(
            3,
            TimeSpan.FromSeconds(2),
            "artifacts/weir/weir",
            null,
            ["direct", "haproxy", "weir"]
        );
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value =
                i + 1 < arguments.Count
                    ? arguments[i + 1]
                    : throw new ArgumentException($"{arguments[i]} has no value");
            options = arguments[i] switch
            {
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--seconds" => options with
                {
                    Seconds = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture)),
                },
                "--weir" => options with { Weir = value },
                "--json" => options with { Json = value },
                "--targets" => options with { Targets = Known(value.Split(',')) },
                _ => throw new ArgumentException(
                    $"{arguments[i]} is not known (--rounds, --seconds, --weir, --json, --targets)"
                ),
            };
        }

        return options;
    }

    private static string[] Known(string[] names) =>
        names.FirstOrDefault(name => !AllTargets.Contains(name)) is { } unknown
            ? throw new ArgumentException($"{unknown} is no target ({string.Join(", ", AllTargets)})")
            : names;
}

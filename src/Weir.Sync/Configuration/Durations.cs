using System.Globalization;

namespace Weir.Sync.Configuration;

/// <summary>Lengths of time as people write them: a number and a unit.</summary>
internal static class Durations
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        duration = default;
        if (
            !int.TryParse(
                text.AsSpan(0, digits),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var count
            )
        )
        {
            return false;
        }
        TimeSpan? unit = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is not { } known || count > TimeSpan.FromDays(3650) / known)
        {
            return false;
        }
        duration = count * known;
        return true;
    }
}

using System.Globalization;
using System.Text;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>The data types of the connection string specification. Null means "not a valid value".</summary>
internal static class OptionReaders
{
    public static object? Text(string value, OptionNotes notes) => value;

    public static object? Boolean(string value, OptionNotes notes)
    {
        bool? read = value.ToUpperInvariant() switch
        {
            "TRUE" or "1" or "YES" or "Y" or "T" => true,
            "FALSE" or "0" or "-1" or "NO" or "N" or "F" => false,
            _ => null,
        };
        if (read is { } known && value is not ("true" or "false"))
        {
            notes.Warn($"the value '{value}' is deprecated, write {(known ? "true" : "false")}");
        }
        return read;
    }

    public static OptionReader Integer(int least, int most = int.MaxValue) =>
        (value, _) => Number(value) is { } n && n >= least && n <= most ? (int)n : null;

    public static OptionReader Milliseconds(int least) =>
        (value, _) =>
            Number(value) is { } n && n >= least && n <= int.MaxValue ? TimeSpan.FromMilliseconds(n) : null;

    public static object? Int64(string value, OptionNotes notes) =>
        Number(value) is >= 0 and var n ? n : null;

    public static object? MaxStaleness(string value, OptionNotes notes) =>
        Number(value) is -1 or (>= 90 and <= int.MaxValue) ? (int)Number(value)!.Value : null;

    /// <summary>An <see cref="int"/> or a <see cref="string"/>.</summary>
    public static object? Acknowledgement(string value, OptionNotes notes)
    {
        if (value.AsSpan().TrimStart("+-").ContainsAnyExceptInRange('0', '9') || value is "+" or "-")
        {
            return value;
        }
        return Integer(0)(value, notes);
    }

    public static object? AppName(string value, OptionNotes notes) =>
        Encoding.UTF8.GetByteCount(value) <= 128 ? value : null;

    public static object? ReadPreferenceMode(string value, OptionNotes notes) =>
        value is "primary" or "primaryPreferred" or "secondary" or "secondaryPreferred" or "nearest"
            ? value
            : null;

    public static object? MonitoringMode(string value, OptionNotes notes) =>
        value switch
        {
            "auto" => ServerMonitoringMode.Auto,
            "stream" => ServerMonitoringMode.Stream,
            "poll" => ServerMonitoringMode.Poll,
            _ => null,
        };

    public static object? Compressors(string value, OptionNotes notes)
    {
        var names = value.Split(',');
        var known = names.Where(name => name is "snappy" or "zlib" or "zstd").Distinct().ToList();
        if (known.Count == 0)
        {
            return null;
        }
        foreach (var name in names.Except(known))
        {
            notes.Warn($"unknown compressor '{name}', known are snappy, zlib and zstd");
        }
        return known;
    }

    /// <summary>A service name of RFC 6335, except that it may be up to 62 characters long.</summary>
    public static object? ServiceName(string value, OptionNotes notes)
    {
        var wellFormed =
            value.Length <= 62
            && value.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && value.Any(char.IsAsciiLetter)
            && !value.StartsWith('-')
            && !value.EndsWith('-')
            && !value.Contains("--", StringComparison.Ordinal);
        return wellFormed ? value : null;
    }

    public static object? Tags(string value, OptionNotes notes) => Pairs(value, StringComparer.Ordinal);

    public static object? MechanismProperties(string value, OptionNotes notes) =>
        Pairs(value, StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, string>? Pairs(string value, StringComparer names)
    {
        var pairs = new Dictionary<string, string>(names);
        if (value.Length == 0)
        {
            return pairs;
        }
        foreach (var pair in value.Split(','))
        {
            // Only the first colon separates: a value such as "mongodb://host" has its own.
            var colon = pair.IndexOf(':');
            if (colon <= 0)
            {
                return null;
            }
            pairs[pair[..colon]] = pair[(colon + 1)..];
        }
        return pairs;
    }

    private static long? Number(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
            ? n
            : null;
}

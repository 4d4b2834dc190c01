using System.Globalization;

namespace Weir.Doctor.Advice;

/// <summary>What a server's limit of connections tells about where it comes from.</summary>
internal static class ConnectionLimit
{
    /// <summary>mongod takes this share of its open files for connections.</summary>
    private const double ShareOfFiles = 0.8;

    private static readonly int[] SmallFileLimits = [1024, 2048, 4096, 8192];

    // MongoDB Atlas's published limits per node.
    private static readonly Dictionary<int, string> Tiers = new()
    {
        [500] = "M0 (free), Flex, M2 or M5",
        [1_500] = "M10",
        [3_000] = "M20 or M30",
        [4_000] = "M40 (low CPU)",
        [6_000] = "M40",
        [16_000] = "M50",
        [32_000] = "M60",
        [64_000] = "M80",
        [96_000] = "M80 or M140",
        [128_000] = "M200 or larger",
    };

    /// <summary>The limit's likely origin in words; null when nothing is known of it.</summary>
    public static string? Describe(int limit, string host)
    {
        if (host.EndsWith(".mongodb.net", StringComparison.OrdinalIgnoreCase))
        {
            return Tiers.TryGetValue(limit, out var tier) ? $"Atlas {tier}" : "Atlas";
        }

        if (FilesBehind(limit) is { } files)
        {
            return string.Create(CultureInfo.InvariantCulture, $"0.8 × {files:N0} open files");
        }

        return limit switch
        {
            51_200 => "0.8 × 64,000 open files, the usual service limit",
            52_428 => "0.8 × 65,536 open files",
            65_536 or 1_000_000 => "mongod's own default",
            _ => Tiers.TryGetValue(limit, out var like) ? $"as on Atlas {like}" : null,
        };
    }

    /// <summary>The small limit of open files that makes this limit; null when it is none.</summary>
    public static int? FilesBehind(int limit)
    {
        foreach (var files in SmallFileLimits)
        {
            if (limit == (int)(files * ShareOfFiles))
            {
                return files;
            }
        }

        return null;
    }
}

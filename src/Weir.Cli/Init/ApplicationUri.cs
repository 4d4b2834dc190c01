using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Init;

/// <summary>The connection string that the application gets: Weir's address, and of the old one what is the application's.</summary>
internal static class ApplicationUri
{
    // The rest concerns the way to the deployment, which is Weir's now.
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "appName",
        "w",
        "journal",
        "wTimeoutMS",
        "readConcernLevel",
        "readPreference",
        "readPreferenceTags",
        "maxStalenessSeconds",
        "retryReads",
        "retryWrites",
        "timeoutMS",
        "uuidRepresentation",
    };

    public static string From(UpstreamText upstream, string listen)
    {
        var query = upstream.Written.IndexOf('?', StringComparison.Ordinal);
        var options =
            query < 0
                ? []
                : upstream
                    .Written[(query + 1)..]
                    .Split('&', StringSplitOptions.RemoveEmptyEntries)
                    .Where(option => Kept.Contains(option.Split('=')[0]));
        var database = upstream.Parsed.Database is { } name ? Uri.EscapeDataString(name) : "";
        var joined = string.Join("&", options);
        return $"mongodb://{Host(listen)}/{database}{(joined.Length > 0 ? $"?{joined}" : "")}";
    }

    private static string Host(string listen) =>
        listen.StartsWith("unix:", StringComparison.Ordinal)
            ? Uri.EscapeDataString(listen["unix:".Length..])
            : listen.Replace("*:", "localhost:", StringComparison.Ordinal);
}

namespace Weir.Sync.Sources.Http;

/// <summary>The <c>Link</c> header (RFC 8288).</summary>
internal static class LinkHeader
{
    /// <summary>The target of <c>rel="next"</c>; <see langword="null"/> when there is none.</summary>
    public static string? Next(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var values))
        {
            return null;
        }
        foreach (var value in values)
        {
            var rest = value.AsSpan();
            while (rest.IndexOf('<') is >= 0 and var open)
            {
                rest = rest[(open + 1)..];
                var close = rest.IndexOf('>');
                if (close < 0)
                {
                    break;
                }
                var target = rest[..close];
                rest = rest[(close + 1)..];
                // Its parameters reach to the next target.
                var next = rest.IndexOf('<');
                var parameters = next < 0 ? rest : rest[..next];
                if (IsNext(parameters))
                {
                    return target.ToString();
                }
            }
        }
        return null;
    }

    private static bool IsNext(ReadOnlySpan<char> parameters)
    {
        foreach (var parameter in parameters.ToString().Split(';', ','))
        {
            var parts = parameter.Split('=', 2, StringSplitOptions.TrimEntries);
            if (
                parts.Length == 2
                && parts[0].Equals("rel", StringComparison.OrdinalIgnoreCase)
                && parts[1].Trim('"').Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase)
            )
            {
                return true;
            }
        }
        return false;
    }
}

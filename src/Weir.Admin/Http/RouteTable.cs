using Weir.Proxy.Administration;

namespace Weir.Admin.Http;

/// <summary>Finds the route of a path. Tables and actions have theirs as soon as they are there. Thread-safe.</summary>
internal sealed class RouteTable
{
    private readonly IReadOnlyList<Route> _fixed;
    private readonly AdminDesk _desk;

    public RouteTable(IEnumerable<Route> routes, AdminDesk desk)
    {
        _desk = desk;
        _fixed =
        [
            .. routes,
            new Route(
                "GET",
                "/openapi.json",
                IsOpen: true,
                Operation: null,
                (context, _) => Answers.BytesAsync(context, OpenApiDocument.Write(All), Answers.Json)
            ),
        ];
    }

    private IEnumerable<Route> All =>
        _fixed.Concat(TableRoutes.Create(_desk)).Concat(ActionRoutes.Create(_desk));

    /// <summary>The route, and what its segment in braces matched.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="path">The request's path.</param>
    /// <param name="value">What the segment in braces matched, decoded.</param>
    /// <param name="isKnown">Whether the path is there under another method.</param>
    public Route? Find(string method, string path, out string value, out bool isKnown)
    {
        isKnown = false;
        value = "";
        foreach (var route in All)
        {
            if (!Matches(route.Path, path, out var matched))
            {
                continue;
            }

            if (route.Method == method || (route.Method == "GET" && method == "HEAD"))
            {
                value = matched;
                return route;
            }

            isKnown = true;
        }

        return null;
    }

    private static bool Matches(string pattern, string path, out string value)
    {
        value = "";
        var open = pattern.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
        {
            return pattern == path;
        }

        var close = pattern.IndexOf('}', StringComparison.Ordinal);
        var tail = pattern.AsSpan(close + 1);
        if (
            !path.AsSpan().StartsWith(pattern.AsSpan(0, open))
            || !path.AsSpan().EndsWith(tail)
            || path.Length <= open + tail.Length
        )
        {
            return false;
        }

        var middle = path[open..(path.Length - tail.Length)];
        value = Uri.UnescapeDataString(middle);
        return !middle.Contains('/', StringComparison.Ordinal);
    }
}

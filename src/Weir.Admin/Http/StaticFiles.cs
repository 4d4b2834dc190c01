using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Weir.Admin.Http;

/// <summary>The dashboard's files, which are part of the program. Thread-safe.</summary>
internal static class StaticFiles
{
    private const string Root = "wwwroot/";

    private static readonly FrozenDictionary<string, string> MediaTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    /// <summary>A route for each file; the page itself is at the root.</summary>
    public static IEnumerable<Route> Routes() =>
        from name in typeof(StaticFiles).Assembly.GetManifestResourceNames()
        where
            name.StartsWith(Root, StringComparison.Ordinal) && MediaTypes.ContainsKey(Path.GetExtension(name))
        let path = "/" + name[Root.Length..]
        let file = new Lazy<(byte[] Bytes, string Tag)>(() => Load(name))
        select new Route(
            "GET",
            path == "/index.html" ? "/" : path,
            IsOpen: true,
            Operation: null,
            (context, _) => AnswerAsync(context, file.Value, MediaTypes[Path.GetExtension(name)])
        );

    private static Task AnswerAsync(HttpContext context, (byte[] Bytes, string Tag) file, string mediaType)
    {
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.ETag = file.Tag;
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        }

        return Answers.BytesAsync(context, file.Bytes, mediaType);
    }

    private static (byte[] Bytes, string Tag) Load(string name)
    {
        using var stream = typeof(StaticFiles).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return (bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\"");
    }
}

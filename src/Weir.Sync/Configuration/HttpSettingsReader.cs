using Weir.Sync.Sources.Http;

namespace Weir.Sync.Configuration;

/// <summary>Reads an HTTP source.</summary>
internal static class HttpSettingsReader
{
    public static HttpSourceSettings Read(ConfigSection section, string name)
    {
        var url = section.RequiredText("url");
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https")
        )
        {
            if (url.Length > 0)
            {
                section.Error("url", "must be an address that begins with http:// or https://");
            }
            address = new Uri("http://error.invalid/");
        }
        (string, string)? basic = null;
        if (section.Section("basic") is { } credentials)
        {
            basic = (credentials.RequiredText("user"), credentials.RequiredText("password"));
            credentials.End("user", "password");
        }
        var source = new HttpSourceSettings
        {
            Name = name,
            Url = address,
            Bearer = section.Text("bearer"),
            Basic = basic,
            Headers = Pairs(section, "headers"),
            Parameters = Pairs(section, "parameters"),
            Items = section.Text("items") ?? "",
            Pages = ReadPages(section),
            Since = section.Text("since"),
        };
        if (source.Bearer is not null && basic is not null)
        {
            section.Error("basic", "does not go with 'bearer'");
        }
        section.End("url", "bearer", "basic", "headers", "parameters", "items", "pages", "since");
        return source;
    }

    private static Pagination ReadPages(ConfigSection section)
    {
        if (section.Section("pages") is not { } pages)
        {
            return new Pagination(PaginationKind.None);
        }
        var cursor = pages.Text("cursor");
        var number = pages.Text("number");
        var link = pages.Text("link");
        var from = pages.Text("from") ?? "";
        var first = (int)(pages.Integer("first", 0, int.MaxValue) ?? 1);
        if (new[] { cursor, number, link }.Count(way => way is not null) != 1)
        {
            pages.Error("", "must have exactly one of cursor, number, link");
        }
        if (cursor is not null && from.Length == 0)
        {
            pages.Error("from", "is missing: where the answer has the cursor");
        }
        pages.End("cursor", "number", "link", "from", "first");
        return cursor is not null ? new Pagination(PaginationKind.Cursor, cursor, from)
            : number is not null ? new Pagination(PaginationKind.Number, number, First: first)
            : new Pagination(PaginationKind.Link, From: link ?? "");
    }

    // Texts with ${NAME} count, and numbers are taken as they are written.
    private static Dictionary<string, string> Pairs(ConfigSection section, string key)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (section.Section(key) is not { } inner)
        {
            return pairs;
        }
        foreach (var name in inner.Names.ToList())
        {
            pairs[name] = inner.ScalarText(name) ?? "";
        }
        return pairs;
    }
}

using System.Buffers;
using Weir.Pooling.Authentication;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>Takes a connection string apart: scheme, user information, hosts, database, options.</summary>
internal static class ConnectionStringParser
{
    private const string Scheme = "mongodb://";
    private const string SrvScheme = "mongodb+srv://";
    private static readonly SearchValues<char> ForbiddenInDatabase = SearchValues.Create("/\\ \"$\0");

    public static ConnectionString Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isSrv = text.StartsWith(SrvScheme, StringComparison.Ordinal);
        if (!isSrv && !text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw new ConnectionStringException("scheme", "must be mongodb:// or mongodb+srv://");
        }
        var rest = text[(isSrv ? SrvScheme : Scheme).Length..];

        // The slash before the options may be left out, so the hosts end at whichever comes first.
        var end = rest.AsSpan().IndexOfAny('/', '?');
        var authority = end < 0 ? rest : rest[..end];
        var tail = end < 0 ? "" : rest[end..];
        var query = tail.IndexOf('?');
        var path = query < 0 ? tail : tail[..query];

        var at = authority.LastIndexOf('@');
        var user = at < 0 ? null : UserInformation.Parse(authority[..at]);
        var hostText = authority[(at + 1)..];
        CheckUnescapedSlash(path);
        var srvHost = isSrv ? HostParser.ParseServiceName(hostText) : null;
        var hosts = isSrv ? [] : HostParser.ParseList(hostText);
        var database = ParseDatabase(path);
        var options = OptionList.Parse(query < 0 ? "" : tail[(query + 1)..]);
        OptionRules.Check(options, isSrv);

        return Build(srvHost, hosts, database, user, options) with
        {
            Shown = Show(isSrv, user, hostText, path, options),
        };
    }

    private static ConnectionString Build(
        string? srvHost,
        List<ServerAddress> hosts,
        string? database,
        UserInformation? user,
        OptionList options
    )
    {
        var parsed = ConnectionString.From(options) with
        {
            SrvHostName = srvHost,
            Hosts = hosts,
            Database = database,
            User = user,
            Warnings = options.Warnings,
        };
        parsed = parsed with { Credential = CredentialRules.FromConnectionString(parsed) };
        OptionRules.Check(parsed);
        return parsed;
    }

    /// <summary>
    /// A slash in a password ends the hosts too early; the at-sign is then found behind it. It is told apart
    /// before any host is judged, so that the error names the part that is really wrong.
    /// </summary>
    private static void CheckUnescapedSlash(string path)
    {
        if (path.Contains('@'))
        {
            throw new ConnectionStringException(
                "user information",
                "'/' in a user name or password, and '@' in a database name, must be percent-encoded"
            );
        }
    }

    private static string? ParseDatabase(string path)
    {
        if (path.Length <= 1)
        {
            return null;
        }
        if (!PercentEncoding.TryDecode(path[1..], out var database))
        {
            throw new ConnectionStringException("database", "malformed percent-encoding");
        }
        if (database.AsSpan().ContainsAny(ForbiddenInDatabase))
        {
            throw new ConnectionStringException(
                "database",
                "the name holds a slash, backslash, space, quote, dollar sign or NUL"
                    + " (the path of a unix socket must be percent-encoded)"
            );
        }
        return database;
    }

    private static string Show(
        bool isSrv,
        UserInformation? user,
        string hosts,
        string path,
        OptionList options
    )
    {
        // The name is encoded again so that what is shown is a connection string still.
        var shownUser = user is null
            ? ""
            : Uri.EscapeDataString(user.Name) + (user.Password is null ? "@" : ":***@");
        var shown = (isSrv ? SrvScheme : Scheme) + shownUser + hosts;
        var shownOptions = options.Shown;
        return shownOptions.Length == 0
            ? shown + path
            : shown + (path.Length == 0 ? "/" : path) + "?" + shownOptions;
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>Reads host identifiers. No message repeats the text: see <see cref="ConnectionStringException"/>.</summary>
internal static class HostParser
{
    public static List<ServerAddress> ParseList(string text)
    {
        if (text.Length == 0)
        {
            throw new ConnectionStringException("hosts", "at least one host is needed");
        }
        var hosts = new List<ServerAddress>();
        foreach (var part in text.Split(','))
        {
            hosts.Add(Parse(part, string.Create(CultureInfo.InvariantCulture, $"host {hosts.Count + 1}")));
        }
        return hosts;
    }

    public static ServerAddress Parse(string text, string part)
    {
        if (text.StartsWith('['))
        {
            return ParseLiteral(text, part);
        }
        var colon = text.IndexOf(':');
        var name = colon < 0 ? text : text[..colon];
        if (name.Length == 0)
        {
            throw new ConnectionStringException(part, "the host is empty");
        }
        var host = Decode(name, part);
        if (host.Contains('/'))
        {
            return ParseSocket(host, colon, part);
        }
        CheckName(host, part);
        return new ServerAddress(
            host,
            colon < 0 ? ServerAddress.DefaultPort : ParsePort(text[(colon + 1)..], part)
        );
    }

    /// <summary>The one host name of a mongodb+srv string, without a port.</summary>
    public static string ParseServiceName(string text)
    {
        if (text.Contains(','))
        {
            throw new ConnectionStringException("host", "mongodb+srv takes exactly one host name");
        }
        if (text.Contains(':') || text.Contains('['))
        {
            throw new ConnectionStringException("host", "mongodb+srv takes a host name without a port");
        }
        if (text.Length == 0)
        {
            throw new ConnectionStringException("host", "mongodb+srv needs a host name");
        }
        var host = Decode(text, "host");
        CheckName(host, "host");
        var labels = host.TrimEnd('.').Split('.');
        if (labels.Contains("") || host.Contains('/') || IPAddress.TryParse(host, out _))
        {
            throw new ConnectionStringException("host", "mongodb+srv needs a DNS name to look up");
        }
        return host.ToLowerInvariant();
    }

    private static ServerAddress ParseLiteral(string text, string part)
    {
        var end = text.IndexOf(']');
        if (end < 0)
        {
            throw new ConnectionStringException(part, "the IPv6 address has no closing bracket");
        }
        var host = Decode(text[1..end], part);
        var zone = host.IndexOf('%');
        var address = zone < 0 ? host : host[..zone];
        if (
            !IPAddress.TryParse(address, out var ip)
            || ip.AddressFamily != AddressFamily.InterNetworkV6
            || address.AsSpan().ContainsAny("[]/")
            || zone == host.Length - 1
        )
        {
            throw new ConnectionStringException(part, "brackets must hold an IPv6 address");
        }
        var rest = text[(end + 1)..];
        if (rest.Length == 0)
        {
            return new ServerAddress(host, ServerAddress.DefaultPort);
        }
        if (rest[0] != ':')
        {
            throw new ConnectionStringException(part, "only a port may follow the IPv6 address");
        }
        return new ServerAddress(host, ParsePort(rest[1..], part));
    }

    private static ServerAddress ParseSocket(string host, int colon, string part)
    {
        if (!ServerAddress.IsSocketPath(host))
        {
            throw new ConnectionStringException(part, "the path of a unix socket must end in .sock");
        }
        if (colon >= 0)
        {
            throw new ConnectionStringException($"port of {part}", "a unix socket has no port");
        }
        if (host.Contains('\0'))
        {
            throw new ConnectionStringException(part, "the path of the unix socket holds a NUL");
        }
        return new ServerAddress(host, 0);
    }

    private static int ParsePort(string text, string part)
    {
        if (
            text.Length == 0
            || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535
        )
        {
            throw new ConnectionStringException(
                $"port of {part}",
                "a port is a number from 1 to 65535 (an IPv6 address must be put in brackets)"
            );
        }
        return port;
    }

    private static string Decode(string text, string part) =>
        PercentEncoding.TryDecode(text, out var decoded)
            ? decoded
            : throw new ConnectionStringException(part, "malformed percent-encoding");

    private static void CheckName(string host, string part)
    {
        foreach (var c in host)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c) || "@[]\\<>\"^`{}|#?:,%".Contains(c))
            {
                throw new ConnectionStringException(
                    part,
                    "the host name holds a character that none can have"
                );
            }
        }
    }
}

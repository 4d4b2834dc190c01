using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Cli.Configuration;

/// <summary>An address to listen on, as people write it: <c>127.0.0.1:27018</c>, <c>[::1]:27018</c>,
/// <c>localhost:27018</c>, <c>*:27018</c> (all addresses) or <c>unix:/run/weir.sock</c>.</summary>
internal static class ListenAddress
{
    private const string UnixPrefix = "unix:";

    public static bool TryParse(string text, [NotNullWhen(true)] out EndPoint? endPoint, out string reason)
    {
        endPoint = null;
        reason = "";
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            return TryParseUnix(text[UnixPrefix.Length..], out endPoint, out reason);
        }

        var colon = text.LastIndexOf(':');
        if (colon <= 0)
        {
            reason = $"'{text}' has no port (write HOST:PORT, [IPV6]:PORT or unix:/PATH)";
            return false;
        }

        var portText = text[(colon + 1)..];
        if (!ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            reason = $"'{portText}' is not a port (0 to 65535)";
            return false;
        }

        if (!TryParseHost(text[..colon], out var address))
        {
            reason = $"'{text[..colon]}' is not an address to listen on (an IP address, localhost or *)";
            return false;
        }

        endPoint = new IPEndPoint(address, port);
        return true;
    }

    /// <summary>Whether only this machine can reach the address.</summary>
    public static bool IsLocal(EndPoint endPoint) =>
        endPoint is UnixDomainSocketEndPoint
        || (endPoint is IPEndPoint ip && IPAddress.IsLoopback(ip.Address));

    private static bool TryParseUnix(
        string path,
        [NotNullWhen(true)] out EndPoint? endPoint,
        out string reason
    )
    {
        endPoint = null;
        reason = "";
        try
        {
            endPoint = new UnixDomainSocketEndPoint(path);
            return true;
        }
        catch (ArgumentException)
        {
            reason =
                path.Length == 0
                    ? "unix: is not followed by a path"
                    : $"'{path}' is too long for a unix socket";
            return false;
        }
    }

    private static bool TryParseHost(string host, [NotNullWhen(true)] out IPAddress? address)
    {
        address = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.IPv6Any,
            _ when host.StartsWith('[') != host.EndsWith(']') => null,
            _ when host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') => null,
            _ => IPAddress.TryParse(host.Trim('[', ']'), out var parsed) ? parsed : null,
        };
        return address is not null;
    }
}

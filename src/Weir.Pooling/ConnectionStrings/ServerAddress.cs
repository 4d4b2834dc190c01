using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>
/// Where a server listens: a host name or IP address with a port, or the path of a unix socket. Names are
/// lower-cased, so that two ways of writing one server are equal.
/// </summary>
public sealed record ServerAddress
{
    /// <summary>The port that is meant when none is written.</summary>
    public const int DefaultPort = 27017;

    /// <summary>Creates an address from its parts; the port is 0 for a unix socket.</summary>
    public ServerAddress(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        IsUnixSocket = IsSocketPath(host);
        Host = IsUnixSocket ? host : host.ToLowerInvariant();
        Port = IsUnixSocket ? 0 : port;
    }

    /// <summary>The host name, the IP address (IPv6 without brackets) or the path of the unix socket.</summary>
    public string Host { get; }

    /// <summary>The port; 0 for a unix socket.</summary>
    public int Port { get; }

    /// <summary>Whether <see cref="Host"/> is the path of a unix socket.</summary>
    public bool IsUnixSocket { get; }

    /// <summary>
    /// Reads "host", "host:port", "[IPv6]:port" or the (percent-encoded or plain) path of a unix socket.
    /// </summary>
    /// <exception cref="ConnectionStringException">The text is not an address.</exception>
    public static ServerAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // A server's own reply, unlike a connection string, writes the path of a socket as it is.
        return IsSocketPath(text) ? new ServerAddress(text, 0) : HostParser.Parse(text, "host");
    }

    /// <summary>What the network connects to.</summary>
    public EndPoint ToEndPoint() =>
        IsUnixSocket ? new UnixDomainSocketEndPoint(Host)
        : IPAddress.TryParse(Host, out var ip) ? new IPEndPoint(ip, Port)
        : new DnsEndPoint(Host, Port);

    /// <summary>"host:port", "[IPv6]:port" or the path of the unix socket.</summary>
    public override string ToString() =>
        IsUnixSocket ? Host
        : Host.Contains(':') ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    // A bare "mongodb-27017.sock" is a host name: only a path makes it a socket.
    internal static bool IsSocketPath(string host) =>
        host.Contains('/') && host.EndsWith(".sock", StringComparison.Ordinal);
}

using System.Net;
using System.Net.Sockets;

namespace Weir.Transport;

/// <summary>A connection could not be made.</summary>
public sealed class ConnectException(EndPoint endPoint, SocketError error, string reason)
    : IOException($"cannot connect to {endPoint}: {reason}")
{
    /// <summary>The address that was tried.</summary>
    public EndPoint EndPoint { get; } = endPoint;

    /// <summary>What the system said.</summary>
    public SocketError Error { get; } = error;
}

using System.Net;
using System.Net.Sockets;

namespace Weir.Transport;

/// <summary>An address could not be listened on.</summary>
public sealed class ListenException(EndPoint endPoint, SocketError error, string reason)
    : IOException($"cannot listen on {endPoint}: {reason}")
{
    /// <summary>The address that was tried.</summary>
    public EndPoint EndPoint { get; } = endPoint;

    /// <summary>What the system said.</summary>
    public SocketError Error { get; } = error;
}

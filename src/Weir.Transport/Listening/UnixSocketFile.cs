using System.Net;
using System.Net.Sockets;

namespace Weir.Transport.Listening;

/// <summary>The file that a listening unix socket is bound to.</summary>
internal static class UnixSocketFile
{
    /// <summary>
    /// Makes room for a socket at <paramref name="endPoint"/>: removes a socket file that nobody listens on
    /// any more, as a killed process leaves it.
    /// </summary>
    /// <exception cref="ListenException">Somebody listens there, or the file is no socket.</exception>
    public static void MakeRoom(UnixDomainSocketEndPoint endPoint)
    {
        var path = endPoint.ToString();
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            Remove(path);
            return;
        }
        catch (SocketException e)
        {
            var reason = IsSocket(path) ? e.Message : "the file exists and is not a socket";
            throw new ListenException(endPoint, SocketError.AddressAlreadyInUse, reason);
        }

        throw new ListenException(endPoint, SocketError.AddressAlreadyInUse, "somebody listens there");
    }

    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone already, or no longer ours to remove: the next to listen will see.
        }
    }

    // A socket has no length and no attribute of its own in .NET; opening one fails, opening a file does not.
    private static bool IsSocket(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FileInfo(path).Length == 0;
        }
    }
}

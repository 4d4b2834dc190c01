using System.Net;
using System.Net.Sockets;

namespace Weir.Transport.Listening;

/// <summary>Turns names into addresses.</summary>
internal static class Addresses
{
    /// <summary>The end points to try, in order.</summary>
    /// <exception cref="ConnectException">The name is not known.</exception>
    public static async ValueTask<EndPoint[]> ResolveAsync(
        EndPoint endPoint,
        CancellationToken cancellationToken
    )
    {
        if (endPoint is not DnsEndPoint name)
        {
            return [endPoint];
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(name.Host, name.AddressFamily, cancellationToken);
            if (addresses.Length == 0)
            {
                throw new ConnectException(endPoint, SocketError.HostNotFound, "the name has no address");
            }

            return Array.ConvertAll(
                AddressRace.Interleave(addresses),
                address => (EndPoint)new IPEndPoint(address, name.Port)
            );
        }
        catch (SocketException e)
        {
            throw new ConnectException(
                endPoint,
                e.SocketErrorCode,
                $"the name cannot be resolved ({e.Message})"
            );
        }
    }

    /// <summary>The first address to listen on.</summary>
    /// <exception cref="ListenException">The name is not known.</exception>
    public static EndPoint ResolveForListening(EndPoint endPoint)
    {
        if (endPoint is not DnsEndPoint name)
        {
            return endPoint;
        }

        try
        {
            return new IPEndPoint(Dns.GetHostAddresses(name.Host, name.AddressFamily)[0], name.Port);
        }
        catch (SocketException e)
        {
            throw new ListenException(
                endPoint,
                e.SocketErrorCode,
                $"the name cannot be resolved ({e.Message})"
            );
        }
    }
}

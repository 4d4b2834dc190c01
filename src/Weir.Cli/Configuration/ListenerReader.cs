using System.Net;
using Weir.Proxy;
using Weir.Proxy.Hello;

namespace Weir.Cli.Configuration;

/// <summary>Makes a listener from what was written.</summary>
internal static class ListenerReader
{
    public static ListenerSettings Read(
        string address,
        string upstream,
        string? replicaSet,
        bool allowAnonymous,
        string addressKey,
        ConfigurationErrors errors
    ) =>
        new()
        {
            EndPoint = Address(address, allowAnonymous, addressKey, errors),
            Upstream = upstream,
            Presentation = replicaSet is null ? Presentation.Automatic : Presentation.ReplicaSet,
            ReplicaSetName = replicaSet,
        };

    private static EndPoint Address(string text, bool allowAnonymous, string key, ConfigurationErrors errors)
    {
        var anywhere = new IPEndPoint(IPAddress.Loopback, 0);
        if (text.Length == 0)
        {
            return anywhere;
        }

        if (!ListenAddress.TryParse(text, out var endPoint, out var reason))
        {
            errors.Add(key, reason);
            return anywhere;
        }

        if (!ListenAddress.IsLocal(endPoint) && !allowAnonymous)
        {
            errors.Add(
                key,
                $"{endPoint} can be reached from other machines, and Weir does not authenticate clients yet;"
                    + " listen on loopback or a unix socket, or allow anonymous clients (--allow-anonymous,"
                    + " allowAnonymous: true) if the network is yours alone"
            );
        }

        return endPoint;
    }
}

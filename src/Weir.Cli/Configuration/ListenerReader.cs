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
        bool hasUsers,
        bool allowAnonymous,
        string addressKey,
        ConfigurationErrors errors
    ) =>
        new()
        {
            EndPoint = Address(address, hasUsers || allowAnonymous, addressKey, errors),
            Upstream = upstream,
            // Anonymous clients are allowed in so many words, or because there is nobody else.
            Authenticates = hasUsers && !allowAnonymous,
            Presentation = replicaSet is null ? Presentation.Automatic : Presentation.ReplicaSet,
            ReplicaSetName = replicaSet,
        };

    private static EndPoint Address(string text, bool anywhereGoes, string key, ConfigurationErrors errors)
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

        if (!ListenAddress.IsLocal(endPoint) && !anywhereGoes)
        {
            errors.Add(
                key,
                $"{endPoint} can be reached from other machines, and clients need not log in;"
                    + " name a file of users (--users, users), listen on loopback or a unix socket, or allow"
                    + " anonymous clients (--allow-anonymous, allowAnonymous: true) if the network is yours alone"
            );
        }

        return endPoint;
    }
}

using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Hello;
using Weir.Transport;

namespace Weir.Proxy;

/// <summary>Finds every mistake at once, each named by the path of its option.</summary>
internal static class ProxyOptionsValidator
{
    public static IEnumerable<string> Errors(ProxyOptions options)
    {
        if (options.Listeners.Count == 0)
            yield return "listeners: at least one is needed";
        if (options.Upstreams.Count == 0)
            yield return "upstreams: at least one is needed";

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < options.Upstreams.Count; i++)
        {
            string name = options.Upstreams[i].Name;
            if (name.Length == 0)
                yield return $"upstreams[{i}].name: must not be empty";
            else if (!names.Add(name))
                yield return $"upstreams[{i}].name: \"{name}\" is there twice";
        }
        for (int i = 0; i < options.Listeners.Count; i++)
        {
            foreach (string error in Errors(options.Listeners[i], names))
                yield return $"listeners[{i}].{error}";
        }
        foreach (string error in options.Users.Validate())
            yield return $"users.{error}";
        foreach (UserSettings user in options.Users.Users)
        {
            if (user.UpstreamCredential is { } name && !options.UpstreamCredentials.ContainsKey(name))
                yield return $"users: user \"{user.Name}\" has the upstream credential \"{name}\", which is not there";
        }
        if (options.Users.Users.Count == 0 && options.Listeners.Any(l => l.Authenticates))
            yield return "users: are missing, and a listener authenticates its clients";
        foreach (string error in Errors("perUser", options.PerUser))
            yield return error;
        foreach (string error in Errors(options.Limits))
            yield return $"limits.{error}";
    }

    private static IEnumerable<string> Errors(ListenerSettings listener, HashSet<string> upstreams)
    {
        if (!upstreams.Contains(listener.Upstream))
            yield return $"upstream: there is no upstream named \"{listener.Upstream}\"";
        if (listener.Tls is { AuthorityFile: null, ClientCertificates: not ClientCertificates.None })
            yield return "tls.authorityFile: is missing, and the listener asks for client certificates";
        foreach (string error in Errors("limits", listener.Limits))
            yield return error;
        foreach (string error in Errors("perAddress", listener.PerAddress))
            yield return error;
        if (listener.MaxClients < 1)
            yield return $"maxClients: must be at least 1, is {listener.MaxClients}";
        if (listener.Presentation == Presentation.ReplicaSet && string.IsNullOrEmpty(listener.ReplicaSetName))
            yield return "replicaSetName: is needed to present a replica set";
        foreach (string compressor in listener.Compressors)
        {
            if (compressor is not ("snappy" or "zlib" or "zstd"))
                yield return $"compressors: \"{compressor}\" is not supported; there are snappy, zlib and zstd";
        }
    }

    private static IEnumerable<string> Errors(string path, ClientLimits limits)
    {
        if (limits.MaxClients < 1)
            yield return $"{path}.maxClients: must be at least 1, is {limits.MaxClients}";
        if (limits.ConnectionsPerSecond < 1)
            yield return $"{path}.connectionsPerSecond: must be at least 1, is {limits.ConnectionsPerSecond}";
        if (limits.RequestsPerSecond < 1)
            yield return $"{path}.requestsPerSecond: must be at least 1, is {limits.RequestsPerSecond}";
    }

    private static IEnumerable<string> Errors(ProxyLimits limits)
    {
        if (limits.BufferedBytes < ProxyLimits.MaxMessageBytes)
            yield return $"bufferedBytes: must hold one message of {ProxyLimits.MaxMessageBytes} bytes at least";
        if (limits.BufferedReplyBytes < 0)
            yield return "bufferedReplyBytes: must be 0 or more";
        if (limits.Cursors < 1)
            yield return "cursors: must be at least 1";
        if (limits.Transactions < 1)
            yield return "transactions: must be at least 1";
        if (limits.TlsHandshakes < 1)
            yield return "tlsHandshakes: must be at least 1";
        if (limits.TlsHandshakeTimeout <= TimeSpan.Zero)
            yield return "tlsHandshakeTimeout: must be positive";
        if (limits.CheckOutTimeout <= TimeSpan.Zero)
            yield return "checkOutTimeout: must be positive";
        if (limits.LongPollSlice <= TimeSpan.Zero)
            yield return "longPollSlice: must be positive";
        if (limits.BudgetTimeout <= TimeSpan.Zero)
            yield return "budgetTimeout: must be positive";
    }
}

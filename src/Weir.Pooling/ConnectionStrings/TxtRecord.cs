using Weir.Pooling.Authentication;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>The default options that a mongodb+srv name may carry in a TXT record.</summary>
internal static class TxtRecord
{
    private static readonly string[] Allowed = ["authSource", "replicaSet", "loadBalanced"];

    public static ConnectionString Apply(ConnectionString s, IReadOnlyList<ServerAddress> hosts, string? text)
    {
        if (!s.IsSrv)
        {
            throw new InvalidOperationException(
                "Only a mongodb+srv connection string is resolved through DNS."
            );
        }
        if (hosts.Count == 0)
        {
            throw new ConnectionStringException("SRV record", $"no hosts were found for {s.SrvHostName}");
        }
        var options = OptionList.Parse(text ?? "");
        foreach (var name in options.Written.Concat(options.Unknown))
        {
            if (!Allowed.Contains(name))
            {
                throw new ConnectionStringException("TXT record", $"the option {name} is not allowed there");
            }
        }
        var resolved = s with
        {
            Hosts = hosts,
            AuthSource = s.AuthSource ?? options.Reference<string>("authSource"),
            ReplicaSet = s.ReplicaSet ?? options.Reference<string>("replicaSet"),
            LoadBalanced = s.LoadBalanced ?? options.Value<bool>("loadBalanced"),
            Warnings = [.. s.Warnings, .. options.Warnings],
        };
        // One that somebody put in the place of the string's own is not the record's to change.
        if (s.Credential == CredentialRules.FromConnectionString(s))
        {
            resolved = resolved with { Credential = CredentialRules.FromConnectionString(resolved) };
        }
        OptionRules.Check(resolved);
        return resolved;
    }
}

namespace Weir.Pooling.ConnectionStrings;

/// <summary>The rules between options: which contradict each other, which need another.</summary>
internal static class OptionRules
{
    private static readonly (string, string)[] TlsConflicts =
    [
        ("tlsInsecure", "tlsAllowInvalidCertificates"),
        ("tlsInsecure", "tlsAllowInvalidHostnames"),
        ("tlsInsecure", "tlsDisableOCSPEndpointCheck"),
        ("tlsInsecure", "tlsDisableCertificateRevocationCheck"),
        ("tlsAllowInvalidCertificates", "tlsDisableOCSPEndpointCheck"),
        ("tlsAllowInvalidCertificates", "tlsDisableCertificateRevocationCheck"),
        ("tlsDisableOCSPEndpointCheck", "tlsDisableCertificateRevocationCheck"),
    ];

    /// <summary>Rules about what is written, whatever its value.</summary>
    public static void Check(OptionList options, bool isSrv)
    {
        foreach (var (one, other) in TlsConflicts)
        {
            Refuse(options.Has(one) && options.Has(other), one, $"cannot be written together with {other}");
        }
        foreach (var name in (string[])["srvServiceName", "srvMaxHosts"])
        {
            Refuse(!isSrv && options.Has(name), name, "needs a mongodb+srv:// connection string");
        }
        var proxied = options.Has("proxyHost");
        foreach (var name in (string[])["proxyPort", "proxyUsername", "proxyPassword"])
        {
            Refuse(!proxied && options.Has(name), name, "needs proxyHost");
        }
        var (name1, name2) = ("proxyUsername", "proxyPassword");
        Refuse(options.Has(name1) && !options.Has(name2), name1, $"needs {name2}");
        Refuse(options.Has(name2) && !options.Has(name1), name2, $"needs {name1}");
    }

    /// <summary>Rules about values; checked again once the records of a mongodb+srv name are known.</summary>
    public static void Check(ConnectionString s)
    {
        var severalHosts = s.Hosts.Count > 1;
        if (s.DirectConnection == true)
        {
            Refuse(s.IsSrv, "directConnection", "cannot be true with mongodb+srv");
            Refuse(severalHosts, "directConnection", "cannot be true with more than one host");
        }
        if (s.LoadBalanced == true)
        {
            Refuse(severalHosts, "loadBalanced", "cannot be true with more than one host");
            Refuse(s.ReplicaSet is not null, "loadBalanced", "cannot be true together with replicaSet");
            Refuse(
                s.DirectConnection == true,
                "loadBalanced",
                "cannot be true together with directConnection"
            );
            Refuse(s.SrvMaxHosts > 0, "loadBalanced", "cannot be true together with srvMaxHosts");
        }
        Refuse(s.SrvMaxHosts > 0 && s.ReplicaSet is not null, "srvMaxHosts", "cannot limit a replica set");
        Refuse(
            s.MaxPoolSize > 0 && s.MinPoolSize > s.MaxPoolSize,
            "minPoolSize",
            $"{s.MinPoolSize} is more than maxPoolSize={s.MaxPoolSize}"
        );
        if (s.ReadPreference is null or "primary")
        {
            const string needed = "needs a readPreference other than primary";
            Refuse(s.MaxStalenessSeconds > 0, "maxStalenessSeconds", needed);
            Refuse(s.ReadPreferenceTags?.Any(tags => tags.Count > 0) == true, "readPreferenceTags", needed);
        }
        if (s.WriteConcern.Inconsistency is { } inconsistency)
        {
            Refuse(true, "w", inconsistency);
        }
    }

    private static void Refuse(bool condition, string option, string problem)
    {
        if (condition)
        {
            throw new ConnectionStringException($"option {option}", problem);
        }
    }
}

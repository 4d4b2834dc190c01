using System.Collections.Frozen;
using static Weir.Pooling.ConnectionStrings.OptionReaders;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>The options of the URI options specification, by lower-cased key.</summary>
internal static class UriOptions
{
    private static readonly FrozenDictionary<string, UriOption> ByKey = Table().ToFrozenDictionary();

    public static UriOption? Find(string lowerKey) => ByKey.GetValueOrDefault(lowerKey);

    private static Dictionary<string, UriOption> Table()
    {
        UriOption[] options =
        [
            new("appname", AppName),
            new("authMechanism", Text),
            new("authMechanismProperties", MechanismProperties) { IsSecret = true },
            new("authSource", Text) { Empty = EmptyValue.Refused },
            new("compressors", Compressors),
            new("connectTimeoutMS", Milliseconds(0)),
            new("directConnection", OptionReaders.Boolean),
            new("enableOverloadRetargeting", OptionReaders.Boolean),
            new("heartbeatFrequencyMS", Milliseconds(500)),
            new("journal", OptionReaders.Boolean),
            new("loadBalanced", OptionReaders.Boolean),
            new("localThresholdMS", Milliseconds(0)),
            new("maxAdaptiveRetries", Integer(0)),
            new("maxConnecting", Integer(1)),
            new("maxIdleTimeMS", Milliseconds(0)),
            new("maxPoolSize", Integer(0)),
            new("maxStalenessSeconds", MaxStaleness),
            new("minPoolSize", Integer(0)),
            new("proxyHost", Text) { OnlyOnce = true },
            new("proxyPassword", Text) { OnlyOnce = true, IsSecret = true },
            new("proxyPort", Integer(0, 65535)) { OnlyOnce = true },
            new("proxyUsername", Text) { OnlyOnce = true },
            new("readConcernLevel", Text),
            new("readPreference", ReadPreferenceMode),
            new("readPreferenceTags", Tags) { IsList = true, Empty = EmptyValue.Meaningful },
            new("replicaSet", Text),
            new("retryReads", OptionReaders.Boolean),
            new("retryWrites", OptionReaders.Boolean),
            new("serverMonitoringMode", MonitoringMode),
            new("serverSelectionTimeoutMS", Milliseconds(1)),
            new("serverSelectionTryOnce", OptionReaders.Boolean),
            new("socketTimeoutMS", Milliseconds(0)),
            new("srvMaxHosts", Integer(0)),
            new("srvServiceName", ServiceName),
            new("timeoutMS", Milliseconds(0)),
            new("tls", OptionReaders.Boolean),
            new("tlsAllowInvalidCertificates", OptionReaders.Boolean),
            new("tlsAllowInvalidHostnames", OptionReaders.Boolean),
            new("tlsCAFile", Text),
            new("tlsCertificateKeyFile", Text),
            new("tlsCertificateKeyFilePassword", Text) { IsSecret = true },
            new("tlsDisableCertificateRevocationCheck", OptionReaders.Boolean),
            new("tlsDisableOCSPEndpointCheck", OptionReaders.Boolean),
            new("tlsInsecure", OptionReaders.Boolean),
            new("w", Acknowledgement),
            new("waitQueueTimeoutMS", Milliseconds(1)),
            new("wTimeoutMS", Int64),
            new("zlibCompressionLevel", Integer(-1, 9)),
        ];
        var table = options.ToDictionary(o => o.Name.ToLowerInvariant());
        table.Add("ssl", new UriOption("tls", OptionReaders.Boolean));
        table.Add("wtimeout", new UriOption("wTimeoutMS", Int64) { IsDeprecatedName = true });
        table.Add("gssapiservicename", new UriOption("gssapiServiceName", Text) { IsDeprecatedName = true });
        return table;
    }
}

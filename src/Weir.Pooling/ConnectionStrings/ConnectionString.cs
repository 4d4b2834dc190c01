using Weir.Pooling.Authentication;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>
/// A parsed <c>mongodb://</c> or <c>mongodb+srv://</c> connection string. Options stand under MongoDB's names,
/// as they were written: null means not written (or written with a value that a warning names). Immutable.
/// </summary>
public sealed record ConnectionString
{
    private ConnectionString() { }

    /// <summary>
    /// The hosts, in the order written. Empty for <c>mongodb+srv</c> until <see cref="ResolvedWith"/>.
    /// </summary>
    public IReadOnlyList<ServerAddress> Hosts { get; init; } = [];

    /// <summary>The name to look up with <c>mongodb+srv</c>; else null.</summary>
    public string? SrvHostName { get; init; }

    /// <summary>Whether the hosts come from DNS.</summary>
    public bool IsSrv => SrvHostName is not null;

    /// <summary>The database of the path: the default source of credentials. It asks for no authentication.</summary>
    public string? Database { get; init; }

    /// <summary>Who to authenticate as, defaults filled in; null when nothing asks for authentication.</summary>
    public Credential? Credential { get; init; }

    /// <summary>What was ignored or is deprecated, in sentences for a log. Never holds a password.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Whether connections use TLS: what <c>tls</c> says; where it is not written, yes with
    /// <c>mongodb+srv</c> and yes when any other <c>tls...</c> option is there.
    /// </summary>
    public bool UsesTls => Tls ?? (IsSrv || HasTlsOptions);

    /// <summary><c>readConcernLevel</c> as a read concern.</summary>
    public ReadConcern ReadConcern => new(ReadConcernLevel);

    /// <summary><c>w</c>, <c>journal</c> and <c>wTimeoutMS</c> as a write concern.</summary>
    public WriteConcern WriteConcern { get; init; } = new();

    /// <summary><c>appname</c>: named to the server in the handshake.</summary>
    public string? AppName { get; init; }

    /// <summary><c>authMechanism</c>.</summary>
    public string? AuthMechanism { get; init; }

    /// <summary><c>authMechanismProperties</c>; names without regard to case.</summary>
    public IReadOnlyDictionary<string, string>? AuthMechanismProperties { get; init; }

    /// <summary><c>authSource</c>.</summary>
    public string? AuthSource { get; init; }

    /// <summary><c>compressors</c>, in order of preference: snappy, zlib, zstd.</summary>
    public IReadOnlyList<string>? Compressors { get; init; }

    /// <summary><c>connectTimeoutMS</c>; zero means no timeout.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary><c>directConnection</c>.</summary>
    public bool? DirectConnection { get; init; }

    /// <summary><c>enableOverloadRetargeting</c>.</summary>
    public bool? EnableOverloadRetargeting { get; init; }

    /// <summary><c>heartbeatFrequencyMS</c>; at least 500 ms.</summary>
    public TimeSpan? HeartbeatFrequency { get; init; }

    /// <summary><c>loadBalanced</c>.</summary>
    public bool? LoadBalanced { get; init; }

    /// <summary><c>localThresholdMS</c>.</summary>
    public TimeSpan? LocalThreshold { get; init; }

    /// <summary><c>maxAdaptiveRetries</c>.</summary>
    public int? MaxAdaptiveRetries { get; init; }

    /// <summary><c>maxConnecting</c>; at least 1.</summary>
    public int? MaxConnecting { get; init; }

    /// <summary><c>maxIdleTimeMS</c>; zero means no limit.</summary>
    public TimeSpan? MaxIdleTime { get; init; }

    /// <summary><c>maxPoolSize</c>; zero means no limit.</summary>
    public int? MaxPoolSize { get; init; }

    /// <summary><c>maxStalenessSeconds</c>: -1 (no limit) or at least 90.</summary>
    public int? MaxStalenessSeconds { get; init; }

    /// <summary><c>minPoolSize</c>.</summary>
    public int? MinPoolSize { get; init; }

    /// <summary><c>proxyHost</c>: a SOCKS5 proxy.</summary>
    public string? ProxyHost { get; init; }

    /// <summary><c>proxyPassword</c>.</summary>
    public string? ProxyPassword { get; init; }

    /// <summary><c>proxyPort</c>.</summary>
    public int? ProxyPort { get; init; }

    /// <summary><c>proxyUsername</c>.</summary>
    public string? ProxyUsername { get; init; }

    /// <summary><c>readConcernLevel</c>.</summary>
    public string? ReadConcernLevel { get; init; }

    /// <summary><c>readPreference</c>: one of the five modes, as written.</summary>
    public string? ReadPreference { get; init; }

    /// <summary><c>readPreferenceTags</c>: the tag sets in order; an empty one matches every server.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>>? ReadPreferenceTags { get; init; }

    /// <summary><c>replicaSet</c>.</summary>
    public string? ReplicaSet { get; init; }

    /// <summary><c>retryReads</c>.</summary>
    public bool? RetryReads { get; init; }

    /// <summary><c>retryWrites</c>.</summary>
    public bool? RetryWrites { get; init; }

    /// <summary><c>serverMonitoringMode</c>.</summary>
    public ServerMonitoringMode? ServerMonitoringMode { get; init; }

    /// <summary><c>serverSelectionTimeoutMS</c>; more than zero.</summary>
    public TimeSpan? ServerSelectionTimeout { get; init; }

    /// <summary><c>serverSelectionTryOnce</c>: for single-threaded drivers, read but without effect here.</summary>
    public bool? ServerSelectionTryOnce { get; init; }

    /// <summary><c>socketTimeoutMS</c>; zero means no timeout.</summary>
    public TimeSpan? SocketTimeout { get; init; }

    /// <summary><c>srvMaxHosts</c>; zero means no limit.</summary>
    public int? SrvMaxHosts { get; init; }

    /// <summary><c>srvServiceName</c>.</summary>
    public string? SrvServiceName { get; init; }

    /// <summary><c>timeoutMS</c>; zero means no timeout.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary><c>tls</c> or <c>ssl</c>, as written; <see cref="UsesTls"/> is what it comes to.</summary>
    public bool? Tls { get; init; }

    /// <summary><c>tlsAllowInvalidCertificates</c>.</summary>
    public bool? TlsAllowInvalidCertificates { get; init; }

    /// <summary><c>tlsAllowInvalidHostnames</c>.</summary>
    public bool? TlsAllowInvalidHostnames { get; init; }

    /// <summary><c>tlsCAFile</c>.</summary>
    public string? TlsCAFile { get; init; }

    /// <summary><c>tlsCertificateKeyFile</c>.</summary>
    public string? TlsCertificateKeyFile { get; init; }

    /// <summary><c>tlsCertificateKeyFilePassword</c>.</summary>
    public string? TlsCertificateKeyFilePassword { get; init; }

    /// <summary><c>tlsDisableCertificateRevocationCheck</c>.</summary>
    public bool? TlsDisableCertificateRevocationCheck { get; init; }

    /// <summary><c>tlsDisableOCSPEndpointCheck</c>.</summary>
    public bool? TlsDisableOCSPEndpointCheck { get; init; }

    /// <summary><c>tlsInsecure</c>.</summary>
    public bool? TlsInsecure { get; init; }

    /// <summary><c>waitQueueTimeoutMS</c>; more than zero.</summary>
    public TimeSpan? WaitQueueTimeout { get; init; }

    /// <summary><c>zlibCompressionLevel</c>: -1 (the default level) to 9.</summary>
    public int? ZlibCompressionLevel { get; init; }

    internal UserInformation? User { get; init; }

    internal string Shown { get; init; } = "";

    /// <summary><c>authMechanismProperties</c> stand there but cannot be read, of which a warning tells.</summary>
    internal bool IgnoresMechanismProperties { get; init; }

    private bool HasTlsOptions =>
        TlsAllowInvalidCertificates is not null
        || TlsAllowInvalidHostnames is not null
        || TlsCAFile is not null
        || TlsCertificateKeyFile is not null
        || TlsCertificateKeyFilePassword is not null
        || TlsDisableCertificateRevocationCheck is not null
        || TlsDisableOCSPEndpointCheck is not null
        || TlsInsecure is not null;

    /// <summary>Parses a connection string as the public specification writes it. DNS is not asked.</summary>
    /// <exception cref="ConnectionStringException">It is malformed or contradicts itself; names the part.</exception>
    public static ConnectionString Parse(string uri) => ConnectionStringParser.Parse(uri);

    /// <summary>
    /// What a <c>mongodb+srv</c> string comes to with the answers of DNS: the hosts of the SRV records and the
    /// text of the TXT record, whose options stand behind those that are written. The domain of the hosts is
    /// the caller's to check.
    /// </summary>
    /// <exception cref="ConnectionStringException">
    /// The record is malformed, sets an option it may not, or contradicts the string.
    /// </exception>
    public ConnectionString ResolvedWith(IReadOnlyList<ServerAddress> hosts, string? txtRecord) =>
        TxtRecord.Apply(this, hosts, txtRecord);

    /// <summary>The string as it was written, with passwords and other secrets starred out.</summary>
    public override string ToString() => Shown;

    internal static ConnectionString From(OptionList options) =>
        new()
        {
            WriteConcern = new WriteConcern
            {
                Members = options.Value<int>("w"),
                Mode = options.Reference<string>("w"),
                Journal = options.Value<bool>("journal"),
                WTimeoutMS = options.Value<long>("wTimeoutMS"),
            },
            AppName = options.Reference<string>("appname"),
            AuthMechanism = options.Reference<string>("authMechanism"),
            AuthMechanismProperties = options.Reference<IReadOnlyDictionary<string, string>>(
                "authMechanismProperties"
            ),
            IgnoresMechanismProperties =
                options.Has("authMechanismProperties")
                && options.Reference<IReadOnlyDictionary<string, string>>("authMechanismProperties") is null,
            AuthSource = options.Reference<string>("authSource"),
            Compressors = options.Reference<IReadOnlyList<string>>("compressors"),
            ConnectTimeout = options.Value<TimeSpan>("connectTimeoutMS"),
            DirectConnection = options.Value<bool>("directConnection"),
            EnableOverloadRetargeting = options.Value<bool>("enableOverloadRetargeting"),
            HeartbeatFrequency = options.Value<TimeSpan>("heartbeatFrequencyMS"),
            LoadBalanced = options.Value<bool>("loadBalanced"),
            LocalThreshold = options.Value<TimeSpan>("localThresholdMS"),
            MaxAdaptiveRetries = options.Value<int>("maxAdaptiveRetries"),
            MaxConnecting = options.Value<int>("maxConnecting"),
            MaxIdleTime = options.Value<TimeSpan>("maxIdleTimeMS"),
            MaxPoolSize = options.Value<int>("maxPoolSize"),
            MaxStalenessSeconds = options.Value<int>("maxStalenessSeconds"),
            MinPoolSize = options.Value<int>("minPoolSize"),
            ProxyHost = options.Reference<string>("proxyHost"),
            ProxyPassword = options.Reference<string>("proxyPassword"),
            ProxyPort = options.Value<int>("proxyPort"),
            ProxyUsername = options.Reference<string>("proxyUsername"),
            ReadConcernLevel = options.Reference<string>("readConcernLevel"),
            ReadPreference = options.Reference<string>("readPreference"),
            ReadPreferenceTags = options.Reference<IReadOnlyList<IReadOnlyDictionary<string, string>>>(
                "readPreferenceTags"
            ),
            ReplicaSet = options.Reference<string>("replicaSet"),
            RetryReads = options.Value<bool>("retryReads"),
            RetryWrites = options.Value<bool>("retryWrites"),
            ServerMonitoringMode = options.Value<ServerMonitoringMode>("serverMonitoringMode"),
            ServerSelectionTimeout = options.Value<TimeSpan>("serverSelectionTimeoutMS"),
            ServerSelectionTryOnce = options.Value<bool>("serverSelectionTryOnce"),
            SocketTimeout = options.Value<TimeSpan>("socketTimeoutMS"),
            SrvMaxHosts = options.Value<int>("srvMaxHosts"),
            SrvServiceName = options.Reference<string>("srvServiceName"),
            Timeout = options.Value<TimeSpan>("timeoutMS"),
            Tls = options.Value<bool>("tls"),
            TlsAllowInvalidCertificates = options.Value<bool>("tlsAllowInvalidCertificates"),
            TlsAllowInvalidHostnames = options.Value<bool>("tlsAllowInvalidHostnames"),
            TlsCAFile = options.Reference<string>("tlsCAFile"),
            TlsCertificateKeyFile = options.Reference<string>("tlsCertificateKeyFile"),
            TlsCertificateKeyFilePassword = options.Reference<string>("tlsCertificateKeyFilePassword"),
            TlsDisableCertificateRevocationCheck = options.Value<bool>(
                "tlsDisableCertificateRevocationCheck"
            ),
            TlsDisableOCSPEndpointCheck = options.Value<bool>("tlsDisableOCSPEndpointCheck"),
            TlsInsecure = options.Value<bool>("tlsInsecure"),
            WaitQueueTimeout = options.Value<TimeSpan>("waitQueueTimeoutMS"),
            ZlibCompressionLevel = options.Value<int>("zlibCompressionLevel"),
        };
}

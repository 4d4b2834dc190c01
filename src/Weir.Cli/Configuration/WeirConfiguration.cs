using System.Net;

namespace Weir.Cli.Configuration;

/// <summary>What <c>weir serve</c> is told: from <c>weir.json</c>, the environment and the command line.</summary>
internal sealed record WeirConfiguration
{
    public required IReadOnlyList<UpstreamConfiguration> Upstreams { get; init; }
    public required IReadOnlyList<ListenerConfiguration> Listeners { get; init; }
    public LimitsConfiguration Limits { get; init; } = new();

    /// <summary>How long a drain waits for exchanges under way before it aborts them; default 30 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>A deployment behind Weir.</summary>
internal sealed record UpstreamConfiguration(string Name, string Uri);

/// <summary>An address that clients connect to, and the upstream behind it.</summary>
internal sealed record ListenerConfiguration(EndPoint Listen, string Upstream)
{
    /// <summary>The replica set that the listener presents itself as; <see langword="null"/>: a mongos.</summary>
    public string? ReplicaSet { get; init; }

    /// <summary>Clients at a time; more are closed at once. Default 20,000.</summary>
    public int MaxClients { get; init; } = 20_000;

    /// <summary>Said in so many words: listen beyond loopback although clients are not authenticated.</summary>
    public bool AllowAnonymous { get; init; }
}

/// <summary>Bounds that all listeners share.</summary>
internal sealed record LimitsConfiguration
{
    /// <summary>Bytes of requests and replies held at a time; default 256 MiB.</summary>
    public long BufferedBytes { get; init; } = 256L << 20;

    /// <summary>Requests that wait for a server connection, per pool; default 10,000.</summary>
    public int WaitQueue { get; init; } = 10_000;
}

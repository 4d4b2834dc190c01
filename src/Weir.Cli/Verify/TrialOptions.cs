namespace Weir.Cli.Verify;

/// <summary>How long the steps of a trial take.</summary>
internal sealed record TrialOptions
{
    /// <summary>Between two leases that are to share connections.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a chunk writes.</summary>
    public TimeSpan ChunkTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The idle time that is waited for; services have 5 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(3);
}

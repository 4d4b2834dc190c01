namespace Weir.Sync.Jobs;

/// <summary>What a file of sync jobs says.</summary>
public sealed record SyncSettings
{
    /// <summary>The destinations.</summary>
    public required IReadOnlyList<DestinationSettings> Destinations { get; init; }

    /// <summary>The jobs, in the file's order.</summary>
    public required IReadOnlyList<SyncJob> Jobs { get; init; }

    /// <summary>Bytes of records that may be in memory at a time, of all jobs together. Default 256 MiB.</summary>
    public long BufferedBytes { get; init; } = 256L << 20;

    /// <summary>Entities that run at the same time in this process. Default 4.</summary>
    public int Entities { get; init; } = 4;

    /// <summary>
    /// How long an entity stays this runner's without a sign of life; another takes it over then. Default 30 s.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
}

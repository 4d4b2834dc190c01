using Weir.Sync.Schedules;
using Weir.Sync.Sources;

namespace Weir.Sync.Jobs;

/// <summary>A job: a source, the entities to move, and where to. Immutable.</summary>
public sealed record SyncJob
{
    /// <summary>Its name. Checkpoints are kept under it.</summary>
    public required string Name { get; init; }

    /// <summary>Where the records come from.</summary>
    public required SourceSettings Source { get; init; }

    /// <summary>The destination's name.</summary>
    public required string Destination { get; init; }

    /// <summary>The database of the destination.</summary>
    public required string Database { get; init; }

    /// <summary>How the data is moved.</summary>
    public SyncMode Mode { get; init; }

    /// <summary>What is moved.</summary>
    public required IReadOnlyList<SyncEntity> Entities { get; init; }

    /// <summary>When it runs under <c>weir sync run --scheduled</c>; <see langword="null"/>: when it is told to.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>Records per chunk at most; a chunk is fetched, written and checkpointed as one. Default 5,000.</summary>
    public int ChunkSize { get; init; } = 5000;

    /// <summary>Bytes per chunk, more or less: a chunk ends with the record that reaches them. Default 4 MiB.</summary>
    public int ChunkBytes { get; init; } = 4 << 20;

    /// <summary>Parts of an entity that are read and written at the same time. Default 4.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>How long a chunk is tried again before the entity fails. Default 10 minutes.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Records that the destination may refuse before the entity fails. Default 1,000.</summary>
    public long MaxRefused { get; init; } = 1000;
}

namespace Weir.Hosting.Workers;

/// <summary>How a worker of this process stands. Immutable.</summary>
public sealed record WorkerStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>When it runs, in words.</summary>
    public required string Schedule { get; init; }

    /// <summary>What it does now.</summary>
    public WorkerState State { get; init; }

    /// <summary>The fence of the term in which this process leads; <see langword="null"/>: it does not.</summary>
    public long? Fence { get; init; }

    /// <summary>When the next run is due.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>When the last run began.</summary>
    public DateTimeOffset? LastStarted { get; init; }

    /// <summary>When the last run ended.</summary>
    public DateTimeOffset? LastEnded { get; init; }

    /// <summary>Why the last run failed; <see langword="null"/>: it went well, or there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>Runs that have begun.</summary>
    public long Runs { get; init; }

    /// <summary>Of these: ended by an error or a time limit.</summary>
    public long Failures { get; init; }

    /// <summary>Of these: ended by their time limit.</summary>
    public long Timeouts { get; init; }

    /// <summary>Times that were due while the run before still ran, and were left out.</summary>
    public long Skipped { get; init; }
}

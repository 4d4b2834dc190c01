namespace Weir.Hosting.Queues;

/// <summary>Where a queue is, and how its jobs are tried. The same for everyone who uses it. Immutable.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>The queue's name, which is also its collection's.</summary>
    public required string Name { get; init; }

    /// <summary>Its destination.</summary>
    public required string Destination { get; init; }

    /// <summary>Its database.</summary>
    public required string Database { get; init; }

    /// <summary>
    /// How long a claim holds without a heartbeat: after the sudden death of whoever had it, a job is given to
    /// somebody else within this time. Default 30 s.
    /// </summary>
    public TimeSpan ClaimPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a job is tried before it is put aside as dead. Default 5.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The pause after a first failure; doubled after every other. Default 1 s.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. Default 5 minutes.</summary>
    public TimeSpan MaxRetryPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Jobs that one process does at the same time. Default 4.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>How long a consumer that found nothing waits before it looks again. Default 1 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);
}

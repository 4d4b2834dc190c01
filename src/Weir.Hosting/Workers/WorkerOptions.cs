using Weir.Hosting.Leaders;

namespace Weir.Hosting.Workers;

/// <summary>When and how a worker runs.</summary>
public sealed class WorkerOptions
{
    /// <summary>The worker's name, which is also its lease's; default: its type's name.</summary>
    public required string Name { get; set; }

    /// <summary>The time from one run's due time to the next. This or <see cref="Cron"/>.</summary>
    public TimeSpan? Every { get; set; }

    /// <summary>
    /// A cron expression of five fields (minute, hour, day, month, weekday), or of six with seconds first. This or
    /// <see cref="Every"/>.
    /// </summary>
    public string? Cron { get; set; }

    /// <summary>
    /// The time zone that <see cref="Cron"/> is meant in; default UTC. When clocks go forward, a time that is left out
    /// runs at the next there is; when they go back, a time that comes twice runs once, and an interval goes on.
    /// </summary>
    public TimeZoneInfo TimeZone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>Every run is later by a random time up to this, so that many processes do not run at once. Default 0.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>How long a run may take before it is cancelled; zero: as long as it likes. Default 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the first run is due when the host starts. Only with <see cref="Every"/>. Default no.</summary>
    public bool RunsAtStart { get; set; }

    /// <summary>Makes one of several processes run it; <see langword="null"/> (the default): every process does.</summary>
    public LeaderOptions? Leader { get; set; }
}

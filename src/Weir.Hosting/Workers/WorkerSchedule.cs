using Cronos;

namespace Weir.Hosting.Workers;

/// <summary>When runs are due. Immutable.</summary>
internal abstract class WorkerSchedule
{
    /// <summary>The first time after that moment; <see langword="null"/>: there is none any more.</summary>
    public abstract DateTimeOffset? Next(DateTimeOffset after);

    /// <exception cref="ArgumentException">The options contradict each other; names the worker.</exception>
    public static WorkerSchedule From(WorkerOptions options)
    {
        if (options.Every is null == options.Cron is null)
        {
            throw Bad(options, "needs either an interval (Every) or a cron expression (Cron)");
        }
        if (options.Jitter < TimeSpan.Zero || options.Timeout < TimeSpan.Zero)
        {
            throw Bad(options, "Jitter and Timeout must not be negative");
        }
        if (options.Cron is { } cron)
        {
            return options.RunsAtStart
                ? throw Bad(options, "RunsAtStart goes with Every only")
                : new CronSchedule(Parse(options, cron), options.TimeZone, cron);
        }
        return options.Every > TimeSpan.Zero
            ? new IntervalSchedule(options.Every.Value)
            : throw Bad(options, $"Every must be positive, is {options.Every}");
    }

    private static CronExpression Parse(WorkerOptions options, string cron)
    {
        try
        {
            var fields = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
            return CronExpression.Parse(cron, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        catch (CronFormatException e)
        {
            throw Bad(options, $"\"{cron}\" is no cron expression: {e.Message}");
        }
    }

    private static ArgumentException Bad(WorkerOptions options, string reason) =>
        new($"worker \"{options.Name}\": {reason}", nameof(options));

    private sealed class IntervalSchedule(TimeSpan every) : WorkerSchedule
    {
        public override DateTimeOffset? Next(DateTimeOffset after) => after + every;

        public override string ToString() => $"every {every}";
    }

    private sealed class CronSchedule(CronExpression expression, TimeZoneInfo zone, string text)
        : WorkerSchedule
    {
        public override DateTimeOffset? Next(DateTimeOffset after) =>
            expression.GetNextOccurrence(after, zone);

        public override string ToString() => $"{text} ({zone.Id})";
    }
}

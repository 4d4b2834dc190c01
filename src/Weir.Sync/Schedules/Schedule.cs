namespace Weir.Sync.Schedules;

/// <summary>When a job runs: every so often (<c>every 15m</c>), or by a cron expression in UTC.</summary>
public sealed class Schedule
{
    private readonly TimeSpan? _every;
    private readonly CronExpression? _cron;
    private readonly string _text;

    private Schedule(string text, TimeSpan? every, CronExpression? cron) =>
        (_text, _every, _cron) = (text, every, cron);

    /// <summary>Reads a schedule.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong.</exception>
    public static Schedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith("every ", StringComparison.Ordinal))
        {
            return new(text, null, CronExpression.Parse(text));
        }
        return
            Configuration.Durations.TryParse(text["every ".Length..].Trim(), out var every)
            && every > TimeSpan.Zero
            ? new(text, every, null)
            : throw new FormatException($"'{text}' is no schedule: 'every' takes a duration such as 15m");
    }

    /// <summary>When it runs next.</summary>
    /// <param name="last">When it last began; <see langword="null"/>: it never did.</param>
    /// <param name="now">The present moment.</param>
    public DateTimeOffset Next(DateTimeOffset? last, DateTimeOffset now)
    {
        if (_every is { } every)
        {
            return last is { } began && began + every > now ? began + every : now;
        }
        // A moment that was missed while nothing ran is made up for once.
        var next = _cron!.After(last ?? now);
        return next > now ? next : now;
    }

    /// <inheritdoc/>
    public override string ToString() => _text;
}

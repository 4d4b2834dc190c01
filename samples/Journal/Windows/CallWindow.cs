namespace Weir.Samples.Journal.Windows;

/// <summary>When a person may be called, by the clock on the wall. Across midnight when it ends before it begins.</summary>
/// <param name="Days">The weekdays on which it begins.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends; not part of it.</param>
public sealed record CallWindow(IReadOnlyList<DayOfWeek> Days, TimeOnly From, TimeOnly To)
{
    /// <summary>The day to which a call at that moment belongs; null: the window is closed.</summary>
    /// <remarks>
    /// <para>A window across midnight belongs to the day on which it began. When clocks go forward, the part of a window
    /// that is left out has no moments, and a window that is left out whole opens at the first moment after the gap,
    /// for as long as it would have lasted. When they go back, the hour that comes twice is in the window twice: the
    /// day is the same, so there is one call.</para>
    /// </remarks>
    public DateOnly? DayAt(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(moment, zone);
        var today = DateOnly.FromDateTime(local.DateTime);
        foreach (var day in (DateOnly[])[today.AddDays(-1), today])
        {
            if (Days.Contains(day.DayOfWeek) && Covers(day, moment, zone))
            {
                return day;
            }
        }
        return null;
    }

    private bool Covers(DateOnly day, DateTimeOffset moment, TimeZoneInfo zone)
    {
        var begin = day.ToDateTime(From);
        var end = (To > From ? day : day.AddDays(1)).ToDateTime(To);
        var (first, last) = (Earliest(begin, zone), Latest(end, zone));
        if (first == last)
        {
            // Both fell into the gap.
            last = first + (end - begin);
        }
        return moment >= first && moment < last;
    }

    // The first moment that the clock on the wall shows this time, or would if it were not left out.
    private static DateTimeOffset Earliest(DateTime local, TimeZoneInfo zone) =>
        zone.IsAmbiguousTime(local)
            ? new(local, zone.GetAmbiguousTimeOffsets(local).Max())
            : Valid(local, zone);

    private static DateTimeOffset Latest(DateTime local, TimeZoneInfo zone) =>
        zone.IsAmbiguousTime(local)
            ? new(local, zone.GetAmbiguousTimeOffsets(local).Min())
            : Valid(local, zone);

    private static DateTimeOffset Valid(DateTime local, TimeZoneInfo zone)
    {
        if (!zone.IsInvalidTime(local))
        {
            return new DateTimeOffset(local, zone.GetUtcOffset(local));
        }
        // The moment at which the clock jumps: the same for every time that is left out.
        var after = local;
        while (zone.IsInvalidTime(after))
        {
            after = after.AddMinutes(1);
        }
        after = new DateTime(after.Year, after.Month, after.Day, after.Hour, after.Minute, 0);
        return new DateTimeOffset(after, zone.GetUtcOffset(after));
    }
}

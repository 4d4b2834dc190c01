using System.Globalization;
using Weir.Sync.Schedules;

namespace Weir.Sync.Tests;

/// <summary>When jobs run.</summary>
public class ScheduleTests
{
    [Theory]
    [InlineData("*/15 * * * *", "2026-11-27T01:16:30Z", "2026-11-27T01:30:00Z")]
    [InlineData("0 3 * * *", "2026-11-27T03:00:00Z", "2026-11-28T03:00:00Z")]
    [InlineData("30 2 1 * *", "2026-11-27T00:00:00Z", "2026-12-01T02:30:00Z")]
    [InlineData("0 0 29 2 *", "2026-11-27T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 9-17/4 * * 1-5", "2026-11-27T14:00:00Z", "2026-11-27T17:00:00Z")]
    [InlineData("0 9 * * 7", "2026-11-27T14:00:00Z", "2026-11-29T09:00:00Z")]
    [InlineData("0 0 13 * 5", "2026-11-27T01:00:00Z", "2026-12-04T00:00:00Z")]
    public void A_cron_expression_names_the_next_moment(string text, string last, string next) =>
        Assert.Equal(Time(next), Schedule.Parse(text).Next(Time(last), Time(last)));

    [Fact]
    public void A_moment_that_was_missed_is_made_up_for_once()
    {
        var now = Time("2026-11-27T12:00:00Z");

        Assert.Equal(now, Schedule.Parse("0 3 * * *").Next(Time("2026-11-20T03:00:00Z"), now));
    }

    [Theory]
    [InlineData(null, "2026-11-27T12:00:00Z")]
    [InlineData("2026-11-27T11:50:00Z", "2026-11-27T12:05:00Z")]
    [InlineData("2026-11-27T10:00:00Z", "2026-11-27T12:00:00Z")]
    public void Every_so_often_counts_from_the_last_beginning(string? last, string next) =>
        Assert.Equal(
            Time(next),
            Schedule.Parse("every 15m").Next(last is null ? null : Time(last), Time("2026-11-27T12:00:00Z"))
        );

    [Theory]
    [InlineData("every day")]
    [InlineData("every 0s")]
    [InlineData("* * * *")]
    [InlineData("60 * * * *")]
    [InlineData("1-0 * * * *")]
    [InlineData("*/0 * * * *")]
    [InlineData("0 0 31 2 *")]
    [InlineData("x * * * *")]
    public void What_is_no_schedule_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Schedule.Parse(text));

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}

using Weir.Samples.Journal.Windows;

namespace Weir.Journal.Tests;

public sealed class CallWindowTests
{
    private static readonly DayOfWeek[] EveryDay = Enum.GetValues<DayOfWeek>();

    [Theory]
    // An evening in Berlin, in winter.
    [InlineData("Europe/Berlin", "18:00", "20:00", "2026-01-05T16:59:59Z", null)]
    [InlineData("Europe/Berlin", "18:00", "20:00", "2026-01-05T17:00:00Z", "2026-01-05")]
    [InlineData("Europe/Berlin", "18:00", "20:00", "2026-01-05T18:59:59Z", "2026-01-05")]
    [InlineData("Europe/Berlin", "18:00", "20:00", "2026-01-05T19:00:00Z", null)]
    // And in summer, an hour earlier.
    [InlineData("Europe/Berlin", "18:00", "20:00", "2026-07-06T16:00:00Z", "2026-07-06")]
    // Across midnight: the small hours belong to the day before.
    [InlineData("America/New_York", "22:00", "02:00", "2026-01-06T03:00:00Z", "2026-01-05")]
    [InlineData("America/New_York", "22:00", "02:00", "2026-01-06T06:59:59Z", "2026-01-05")]
    [InlineData("America/New_York", "22:00", "02:00", "2026-01-06T07:00:00Z", null)]
    // Clocks go from 2:00 to 3:00: a window from 1:30 to 3:30 lasts an hour.
    [InlineData("Europe/Berlin", "01:30", "03:30", "2026-03-29T00:30:00Z", "2026-03-29")]
    [InlineData("Europe/Berlin", "01:30", "03:30", "2026-03-29T01:29:59Z", "2026-03-29")]
    [InlineData("Europe/Berlin", "01:30", "03:30", "2026-03-29T01:30:00Z", null)]
    // One from 2:15 to 2:45 is left out, and opens for half an hour when the clock has jumped.
    [InlineData("Europe/Berlin", "02:15", "02:45", "2026-03-29T00:59:59Z", null)]
    [InlineData("Europe/Berlin", "02:15", "02:45", "2026-03-29T01:00:00Z", "2026-03-29")]
    [InlineData("Europe/Berlin", "02:15", "02:45", "2026-03-29T01:29:59Z", "2026-03-29")]
    [InlineData("Europe/Berlin", "02:15", "02:45", "2026-03-29T01:30:00Z", null)]
    // They go back from 3:00 to 2:00: 2:15 to 2:45 is open from the first 2:15 to the second 2:45, on one day.
    [InlineData("Europe/Berlin", "02:15", "02:45", "2026-10-25T00:15:00Z", "2026-10-25")]
    [InlineData("Europe/Berlin", "02:15", "02:45", "2026-10-25T01:44:59Z", "2026-10-25")]
    [InlineData("Europe/Berlin", "02:15", "02:45", "2026-10-25T01:45:00Z", null)]
    // Half-hour zones, and one where midnight itself is left out.
    [InlineData("Asia/Kolkata", "09:00", "10:00", "2026-01-05T03:30:00Z", "2026-01-05")]
    [InlineData("America/Santiago", "00:00", "01:30", "2026-09-06T04:00:00Z", "2026-09-06")]
    public void A_window_is_open_by_the_clock_on_the_wall(
        string zone,
        string from,
        string to,
        string moment,
        string? day
    )
    {
        var window = new CallWindow(EveryDay, TimeOnly.Parse(from, null), TimeOnly.Parse(to, null));

        var found = window.DayAt(
            DateTimeOffset.Parse(moment, null),
            TimeZoneInfo.FindSystemTimeZoneById(zone)
        );

        Assert.Equal(day is null ? null : DateOnly.Parse(day, null), found);
    }

    [Fact]
    public void A_window_is_open_on_its_weekdays_and_the_night_after()
    {
        var window = new CallWindow([DayOfWeek.Friday], new(23, 0), new(1, 0));

        Assert.Null(window.DayAt(At("2026-01-08T23:30:00Z"), TimeZoneInfo.Utc));
        Assert.Equal(new(2026, 1, 9), window.DayAt(At("2026-01-09T23:30:00Z"), TimeZoneInfo.Utc));
        Assert.Equal(new(2026, 1, 9), window.DayAt(At("2026-01-10T00:30:00Z"), TimeZoneInfo.Utc));
        Assert.Null(window.DayAt(At("2026-01-10T23:30:00Z"), TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Kathmandu")]
    public void Every_day_of_a_year_has_its_window_once_whatever_the_clocks_do(string zone)
    {
        var window = new CallWindow(EveryDay, new(23, 30), new(3, 15));
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var seen = new List<DateOnly>();
        for (var moment = At("2026-01-01T12:00:00Z"); moment.Year < 2027; moment = moment.AddMinutes(5))
        {
            if (window.DayAt(moment, info) is { } day && (seen.Count == 0 || seen[^1] != day))
            {
                seen.Add(day);
            }
        }

        Assert.Equal(seen.Distinct(), seen);
        Assert.InRange(seen.Count, 364, 366);
        Assert.Equal(seen.Order(), seen);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, null);
}

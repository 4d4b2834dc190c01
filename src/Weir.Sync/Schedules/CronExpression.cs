using System.Globalization;

namespace Weir.Sync.Schedules;

/// <summary>
/// The five fields of a crontab line: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday).
/// Each is <c>*</c>, a number, a range, a list, or one of these with a step (<c>*/15</c>). UTC.
/// </summary>
internal sealed class CronExpression
{
    private static readonly (string Name, int Least, int Most)[] s_fields =
    [
        ("minute", 0, 59),
        ("hour", 0, 23),
        ("day of the month", 1, 31),
        ("month", 1, 12),
        ("day of the week", 0, 7),
    ];

    private readonly ulong[] _allowed = new ulong[5];
    private readonly bool _anyDay;
    private readonly bool _anyWeekday;

    private CronExpression(string text, string[] fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            _allowed[i] = ParseField(text, fields[i], s_fields[i]);
        }
        _allowed[4] |= (_allowed[4] >> 7) & 1;
        _anyDay = fields[2].StartsWith('*');
        _anyWeekday = fields[4].StartsWith('*');
    }

    /// <exception cref="FormatException">It is no such expression, or no date ever matches it.</exception>
    public static CronExpression Parse(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != s_fields.Length)
        {
            throw new FormatException(
                $"'{text}' is no schedule: 'every 15m', or the five fields of cron (minute, hour, day, month, weekday)"
            );
        }
        var cron = new CronExpression(text, fields);
        return cron.Find(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc)) is null
            ? throw new FormatException($"'{text}' matches no date")
            : cron;
    }

    /// <summary>The first matching minute after a moment.</summary>
    public DateTimeOffset After(DateTimeOffset moment)
    {
        var utc = moment.UtcDateTime;
        var minute = new DateTime(
            utc.Year,
            utc.Month,
            utc.Day,
            utc.Hour,
            utc.Minute,
            0,
            DateTimeKind.Utc
        ).AddMinutes(1);
        return Find(minute) ?? throw new InvalidOperationException("a checked expression matches some date");
    }

    // Day by day, then within the day: 29 February comes within nine years.
    private DateTime? Find(DateTime from)
    {
        for (var day = from.Date; day < from.Date.AddYears(9); day = day.AddDays(1))
        {
            if (!MatchesDay(day))
            {
                continue;
            }
            for (
                var minute = day == from.Date ? from : day;
                minute.Date == day;
                minute = minute.AddMinutes(1)
            )
            {
                if (Has(1, minute.Hour) && Has(0, minute.Minute))
                {
                    return minute;
                }
            }
        }
        return null;
    }

    // As cron has it: where both days are restricted, either will do.
    private bool MatchesDay(DateTime day)
    {
        var inMonth = Has(2, day.Day);
        var inWeek = Has(4, (int)day.DayOfWeek);
        return Has(3, day.Month) && (_anyDay || _anyWeekday ? inMonth && inWeek : inMonth || inWeek);
    }

    private bool Has(int field, int value) => (_allowed[field] >> value & 1) != 0;

    private static ulong ParseField(string text, string field, (string Name, int Least, int Most) rule)
    {
        ulong allowed = 0;
        foreach (var part in field.Split(','))
        {
            var slash = part.Split('/');
            var range = slash[0] == "*" ? [] : slash[0].Split('-');
            var (first, last) = range.Length switch
            {
                0 => (rule.Least, rule.Most),
                1 => (Number(range[0]), slash.Length == 2 ? rule.Most : Number(range[0])),
                2 => (Number(range[0]), Number(range[1])),
                _ => throw Bad(),
            };
            var step = slash.Length switch
            {
                1 => 1,
                2 => Number(slash[1]),
                _ => throw Bad(),
            };
            if (first < rule.Least || last > rule.Most || first > last || step < 1)
            {
                throw Bad();
            }
            for (var value = first; value <= last; value += step)
            {
                allowed |= 1UL << value;
            }
        }
        return allowed;

        int Number(string digits) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Bad();

        FormatException Bad() =>
            new($"'{text}' is no schedule: '{field}' is no {rule.Name} ({rule.Least} to {rule.Most})");
    }
}

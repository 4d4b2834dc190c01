namespace Weir.Protocol.Bson;

/// <summary>Between .NET's times and milliseconds since the Unix epoch, of which BSON has more.</summary>
internal static class BsonDateTime
{
    private const long MinMilliseconds = -62_135_596_800_000;
    private const long MaxMilliseconds = 253_402_300_799_999;

    public static long ToMilliseconds(DateTime value)
    {
        var utc = value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value;

        // Rounding down, not towards the epoch: the order of times before 1970 is kept.
        return Math.DivRem(utc.Ticks, TimeSpan.TicksPerMillisecond).Quotient + MinMilliseconds;
    }

    public static DateTime ToDateTime(long milliseconds) =>
        milliseconds is >= MinMilliseconds and <= MaxMilliseconds
            ? DateTime.UnixEpoch.AddTicks(milliseconds * TimeSpan.TicksPerMillisecond)
            : throw new OverflowException(
                $"{milliseconds} ms since the epoch is outside the years 1 to 9999 that DateTime can hold."
            );
}

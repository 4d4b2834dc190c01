namespace Weir.Sync.Jobs;

/// <summary>The field that grows whenever a record changes.</summary>
/// <param name="Field">Its name: a time or a number.</param>
/// <param name="Overlap">
/// How far before the last run's watermark the next begins, for records that became visible late: a time for fields
/// that hold times; default a minute.
/// </param>
/// <param name="NumberOverlap">The same for fields that hold numbers; default 0.</param>
public sealed record Watermark(string Field, TimeSpan Overlap, double NumberOverlap)
{
    internal static TimeSpan DefaultOverlap { get; } = TimeSpan.FromMinutes(1);
}

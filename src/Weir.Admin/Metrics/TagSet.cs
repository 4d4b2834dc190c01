using System.Globalization;

namespace Weir.Admin.Metrics;

/// <summary>The tags of one series. Immutable; equal when keys and values are, in their order.</summary>
internal sealed class TagSet
{
    public static readonly TagSet Empty = new([]);

    /// <summary>Where everything goes that comes after the most series that are kept.</summary>
    public static readonly TagSet Overflow = new([new("otel_metric_overflow", "true")]);

    public TagSet(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Tags = tags.ToArray();
    }

    public KeyValuePair<string, object?>[] Tags { get; }

    public static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}

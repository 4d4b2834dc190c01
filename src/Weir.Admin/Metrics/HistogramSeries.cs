using Weir.Pooling.Metrics;

namespace Weir.Admin.Metrics;

/// <summary>Counts by bucket, and their sum: counted here, or where they happen.</summary>
internal sealed class HistogramSeries(TagSet tags, HistogramCounts counts) : Series(tags)
{
    public HistogramCounts Counts => counts;

    public override void Record(double value) => counts.Record(value);
}

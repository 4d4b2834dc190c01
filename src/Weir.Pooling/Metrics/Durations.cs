using System.Diagnostics.Metrics;

namespace Weir.Pooling.Metrics;

/// <summary>Histograms of durations in seconds, with buckets that suit an exchange in a local network and a full
/// wait queue alike.</summary>
internal static class Durations
{
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries =
        [
            0.0001,
            0.00025,
            0.0005,
            0.001,
            0.0025,
            0.005,
            0.01,
            0.025,
            0.05,
            0.1,
            0.25,
            0.5,
            1,
            2.5,
            5,
            10,
            30,
        ],
    };

    public static Histogram<double> Create(Meter meter, string name, string description) =>
        meter.CreateHistogram(name, "s", description, tags: null, Buckets);
}

namespace Weir.Admin.Metrics;

/// <summary>What the measurements of one instrument with the same tags come to. Thread-safe.</summary>
internal abstract class Series(TagSet tags)
{
    public TagSet Tags { get; } = tags;

    /// <summary>The collection in which it was last told its value, where it is told instead of counting.</summary>
    public long Collection { get; set; }

    public abstract void Record(double value);

    /// <summary>Adds to a number that others add to as well.</summary>
    protected static void Add(ref double number, double value)
    {
        var seen = Volatile.Read(ref number);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref number, seen + value, seen);
            if (before.Equals(seen))
            {
                return;
            }

            seen = before;
        }
    }
}

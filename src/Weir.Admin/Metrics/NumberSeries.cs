namespace Weir.Admin.Metrics;

/// <summary>A single number: a sum of what was added, or what was said last.</summary>
internal sealed class NumberSeries(TagSet tags, bool isSum) : Series(tags)
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    public override void Record(double value)
    {
        if (isSum)
        {
            Add(ref _value, value);
        }
        else
        {
            Volatile.Write(ref _value, value);
        }
    }
}

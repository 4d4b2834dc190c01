using Weir.Pooling.Topologies;

namespace Weir.Pooling.Tests.Topologies;

public sealed class RoundTripTimesTests
{
    [Fact]
    public void The_shortest_of_the_last_ten_counts_once_there_are_two()
    {
        var times = new RoundTripTimes();
        Assert.Null(times.Average);
        times.Add(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.Zero, times.Min);
        times.Add(TimeSpan.FromMilliseconds(5));
        Assert.Equal(TimeSpan.FromMilliseconds(1), times.Min);
        for (var i = 0; i < 9; i++)
        {
            times.Add(TimeSpan.FromMilliseconds(7));
        }
        Assert.Equal(TimeSpan.FromMilliseconds(5), times.Min);
    }

    [Fact]
    public void After_a_reset_it_begins_anew()
    {
        var times = new RoundTripTimes();
        times.Add(TimeSpan.FromMilliseconds(100));
        times.Reset();
        times.Add(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.FromMilliseconds(1), times.Average);
        Assert.Equal(TimeSpan.Zero, times.Min);
    }
}

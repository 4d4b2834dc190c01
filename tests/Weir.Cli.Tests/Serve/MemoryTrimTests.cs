using Weir.Cli.Serve;
using Weir.Testing;

namespace Weir.Cli.Tests.Serve;

public sealed class MemoryTrimTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private long _requests;

    [Fact]
    public void What_a_rush_left_behind_is_collected_when_it_is_over()
    {
        using var trim = new MemoryTrim(() => _requests, _clock);
        _requests = 10_000;
        Allocate();
        _clock.Advance(Second);
        Assert.Equal(0, trim.Collections);

        _clock.Advance(Second);

        Assert.Equal(1, trim.Collections);
    }

    [Fact]
    public void Nothing_is_collected_while_requests_come()
    {
        using var trim = new MemoryTrim(() => _requests, _clock);
        for (var i = 0; i < 5; i++)
        {
            Allocate();
            _requests += 1000;
            _clock.Advance(Second);
        }

        Assert.Equal(0, trim.Collections);
    }

    private static void Allocate()
    {
        for (var i = 0; i < 64; i++)
        {
            GC.KeepAlive(new byte[256 * 1024]);
        }
    }
}

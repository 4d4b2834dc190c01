using Weir.Cli.Serve;
using Weir.Testing;

namespace Weir.Cli.Tests.Serve;

public sealed class MemoryTrimTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private long _requests;
    private int _networkTrims;

    [Fact]
    public void What_a_rush_left_behind_is_collected_when_it_is_over()
    {
        using var trim = new MemoryTrim(() => _requests, () => _networkTrims++, _clock);
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
        using var trim = new MemoryTrim(() => _requests, () => _networkTrims++, _clock);
        for (var i = 0; i < 5; i++)
        {
            Allocate();
            _requests += 1000;
            _clock.Advance(Second);
        }

        Assert.Equal(0, trim.Collections);
    }

    [Fact]
    public void Memory_that_is_not_managed_is_given_back_for_some_seconds_after_a_rush_and_then_left_alone()
    {
        using var trim = new MemoryTrim(() => _requests, () => _networkTrims++, _clock);
        _clock.Advance(Second);
        Assert.Equal(0, _networkTrims);

        _requests = 10_000;
        _clock.Advance(Second);
        Assert.Equal(0, _networkTrims);

        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(Second);
        }

        Assert.Equal(6, _networkTrims);
    }

    private static void Allocate()
    {
        for (var i = 0; i < 64; i++)
        {
            GC.KeepAlive(new byte[256 * 1024]);
        }
    }
}

using System.Net;
using Weir.Proxy.ClientAuthentication;
using Weir.Testing;

namespace Weir.Proxy.Tests.ClientAuthentication;

/// <summary>Guessing gets slower and slower; nothing else does.</summary>
public class LoginThrottleTests
{
    private static readonly EndPoint Here = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1000);

    private readonly ManualClock _clock = new();

    [Fact]
    public void The_first_failures_cost_nothing_and_the_next_ones_twice_as_much_each_time_up_to_a_bound()
    {
        var throttle = new LoginThrottle(_clock);

        List<double> delays = [.. Enumerable.Range(0, 12).Select(_ => Fail(throttle, Here, "ada"))];

        Assert.Equal([0, 0, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000, 5000], delays);
    }

    [Fact]
    public void Failures_are_forgotten_in_time()
    {
        var throttle = new LoginThrottle(_clock);
        for (int i = 0; i < 6; i++)
            Fail(throttle, Here, "ada");

        _clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(0, Fail(throttle, Here, "ada"));
    }

    [Fact]
    public void Guessing_from_many_addresses_is_slowed_by_the_name_and_guessing_of_many_names_by_the_address()
    {
        var throttle = new LoginThrottle(_clock);
        for (int i = 0; i < 5; i++)
            Fail(throttle, new IPEndPoint(new IPAddress([192, 0, 2, (byte)(10 + i)]), 1), "ada");
        for (int i = 0; i < 5; i++)
            Fail(throttle, Here, "name" + i);

        Assert.True(Fail(throttle, new IPEndPoint(IPAddress.Parse("192.0.2.99"), 1), "ada") > 0);
        Assert.True(Fail(throttle, Here, "another") > 0);
        Assert.Equal(0, Fail(throttle, new IPEndPoint(IPAddress.Parse("192.0.2.98"), 1), "grace"));
    }

    [Fact]
    public void An_address_whose_failures_are_held_may_not_try_on_until_they_have_been_answered()
    {
        var throttle = new LoginThrottle(_clock);
        for (int i = 0; i < LoginThrottle.MostHeld; i++)
        {
            Assert.True(throttle.MayTry(Here));
            throttle.Hold(Here, "admin", "ada");
        }

        Assert.False(throttle.MayTry(Here));
        Assert.True(throttle.MayTry(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 1)));
        Assert.Equal(LoginThrottle.MostHeld, throttle.Held);

        throttle.Release(Here);
        Assert.True(throttle.MayTry(Here));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("2001:db8::1", "2001:db8::ffff:2", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public void An_address_counts_as_whoever_can_have_it(string one, string other, bool same) =>
        Assert.Equal(
            same,
            LoginThrottle.KeyOf(new IPEndPoint(IPAddress.Parse(one), 1))
                == LoginThrottle.KeyOf(new IPEndPoint(IPAddress.Parse(other), 2))
        );

    private static double Fail(LoginThrottle throttle, EndPoint from, string name)
    {
        double delay = throttle.Hold(from, "admin", name).TotalMilliseconds;
        throttle.Release(from);
        return delay;
    }
}

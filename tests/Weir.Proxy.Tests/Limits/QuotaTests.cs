using Weir.Proxy.Limits;
using Weir.Testing;

namespace Weir.Proxy.Tests.Limits;

public class QuotaTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void So_many_clients_have_a_place_and_the_next_one_when_one_has_gone()
    {
        QuotaTable table = Create(new() { MaxClients = 2 });
        Assert.Null(table.Enter("a", out Quota? first));
        Assert.Null(table.Enter("a", out _));

        Assert.Equal(
            "2 clients are connected, which is the limit of the address (maxClients)",
            table.Enter("a", out Quota? none)
        );
        Assert.Null(none);
        Assert.Null(table.Enter("b", out _));

        first!.Leave();
        Assert.Null(table.Enter("a", out _));
    }

    [Fact]
    public void Connections_come_at_their_rate_even_when_they_go_at_once()
    {
        QuotaTable table = Create(new() { ConnectionsPerSecond = 2 });
        for (int i = 0; i < 2; i++)
        {
            Assert.Null(table.Enter("a", out Quota? quota));
            quota!.Leave();
        }
        table.Sweep();

        Assert.NotNull(table.Enter("a", out _));
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Null(table.Enter("a", out _));
        Assert.NotNull(table.Enter("a", out _));
    }

    [Fact]
    public void Requests_come_at_their_rate()
    {
        var quota = new Quota("the user", new() { RequestsPerSecond = 3 }, _clock);

        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => quota.Request() is null));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => quota.Request() is null));
        Assert.StartsWith("more than 3 requests a second, which is the limit of the user", quota.Request());
    }

    [Fact]
    public void Those_who_have_gone_are_forgotten_when_the_table_is_full_and_those_who_are_there_are_not()
    {
        QuotaTable table = Create(new() { MaxClients = 5 }, capacity: 2);
        Assert.Null(table.Enter("a", out _));
        Assert.Null(table.Enter("b", out Quota? b));

        Assert.NotNull(table.Enter("c", out _));
        b!.Leave();
        Assert.Null(table.Enter("c", out _));
    }

    private QuotaTable Create(ClientLimits limits, int capacity = 100) =>
        new("the address", limits, _clock, capacity);
}

using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Dns;
using Weir.Pooling.Topologies;

namespace Weir.Pooling.Tests.Dns;

public sealed class SeedlistChangeTests
{
    [Fact]
    public void New_hosts_are_added_gone_ones_removed_and_the_others_left_alone()
    {
        var before = Sharded("a", "b");
        var after = Apply(before, 0, "b", "c", "d");
        Assert.Equal(["b:1", "c:1", "d:1"], Names(after));
        Assert.Same(before.Find(Address("b")), after.Find(Address("b")));
        Assert.Equal(TopologyType.Sharded, after.Type);
        Assert.Equal(ServerType.Unknown, after.Find(Address("c"))!.Type);
    }

    [Fact]
    public void The_same_hosts_change_nothing()
    {
        var before = Sharded("a", "b");
        Assert.Same(before, Apply(before, 0, "b", "a"));
        Assert.Same(before, Apply(before, 2, "b", "a", "c"));
    }

    [Fact]
    public void No_hosts_change_nothing()
    {
        var before = Sharded("a");
        Assert.Same(before, Apply(before, 0));
    }

    [Fact]
    public void New_hosts_are_drawn_by_lot_up_to_the_limit()
    {
        var drawn = new HashSet<string>();
        for (var i = 0; i < 200; i++)
        {
            var after = Apply(Sharded("a", "b"), 2, "a", "c", "d", "e");
            Assert.Equal(2, after.Servers.Count);
            Assert.Equal("a:1", Names(after)[0]);
            drawn.Add(Names(after)[1]);
        }
        Assert.Equal(["c:1", "d:1", "e:1"], drawn.Order());
    }

    [Fact]
    public void Up_to_the_limit_all_are_taken() =>
        Assert.Equal(["c:1", "d:1"], Names(Apply(Sharded("a", "b"), 2, "c", "d")).Order());

    [Fact]
    public void A_replica_set_is_not_DNSs_to_change()
    {
        var set = TopologyDescription.Initial([Address("a")], "rs");
        Assert.Same(set, Apply(set, 0, "b"));
    }

    [Fact]
    public void A_standalone_among_several_is_no_member_however_few_there_were_at_first()
    {
        var grown = Apply(TopologyDescription.Initial([Address("a")]), 0, "a", "b");
        var after = TopologyChange.Apply(
            grown,
            new ServerDescription { Address = Address("a"), Type = ServerType.Standalone }
        );
        Assert.Equal(["b:1"], Names(after));
    }

    [Fact]
    public void A_limit_chooses_without_repeating()
    {
        string[] all = ["a", "b", "c", "d"];
        Assert.Same(all, HostLimit.Choose(all, 0, Random.Shared));
        Assert.Same(all, HostLimit.Choose(all, 4, Random.Shared));
        var seen = new HashSet<string>();
        for (var i = 0; i < 200; i++)
        {
            var chosen = HostLimit.Choose(all, 2, Random.Shared);
            Assert.Equal(2, chosen.Distinct().Count());
            seen.UnionWith(chosen);
        }
        Assert.Equal(all, seen.Order());
    }

    private static TopologyDescription Sharded(params string[] hosts) =>
        hosts.Aggregate(
            TopologyDescription.Initial([.. hosts.Select(Address)]),
            (t, h) =>
                TopologyChange.Apply(
                    t,
                    new ServerDescription { Address = Address(h), Type = ServerType.Mongos }
                )
        );

    private static TopologyDescription Apply(TopologyDescription before, int limit, params string[] hosts) =>
        SeedlistChange.Apply(before, [.. hosts.Select(Address)], limit, Random.Shared);

    private static ServerAddress Address(string host) => new(host, 1);

    private static string[] Names(TopologyDescription topology) =>
        [.. topology.Servers.Select(s => s.Address.ToString())];
}

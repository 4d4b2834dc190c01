using Weir.Pooling.Authentication;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Tests.ConnectionStrings;

public class SrvTests
{
    private static readonly ServerAddress[] OneHost = [new("a.example.com", 27017)];
    private static readonly ServerAddress[] TwoHosts =
    [
        new("a.example.com", 27017),
        new("b.example.com", 27018),
    ];

    [Fact]
    public void A_credential_that_was_put_in_the_place_of_the_strings_own_stays()
    {
        var other = new Credential { UserName = "other", Password = "secret" };
        var s = ConnectionString.Parse("mongodb+srv://me:mine@c.example.com/") with { Credential = other };

        Assert.Equal(other, s.ResolvedWith(TwoHosts, "authSource=theirs").Credential);
    }

    [Fact]
    public void A_name_is_kept_until_DNS_has_answered()
    {
        var s = ConnectionString.Parse(
            "mongodb+srv://u:p@Cluster.example.com/db?srvMaxHosts=2&srvServiceName=other"
        );
        Assert.True(s.IsSrv);
        Assert.Equal("cluster.example.com", s.SrvHostName);
        Assert.Empty(s.Hosts);
        Assert.Equal(2, s.SrvMaxHosts);
        Assert.Equal("other", s.SrvServiceName);
        Assert.Equal(TwoHosts, s.ResolvedWith(TwoHosts, null).Hosts);
    }

    [Fact]
    public void Options_of_the_record_stand_behind_those_of_the_string()
    {
        var s = ConnectionString.Parse("mongodb+srv://u:p@h.example.com/db?replicaSet=mine");
        var resolved = s.ResolvedWith(TwoHosts, "authSource=theirs&replicaSet=theirs");
        Assert.Equal("mine", resolved.ReplicaSet);
        Assert.Equal("theirs", resolved.Credential!.Source);
        Assert.Equal("db", s.Credential!.Source);
    }

    [Theory]
    [InlineData("ssl=false", "TXT record")]
    [InlineData("socketTimeoutMS=500", "TXT record")]
    [InlineData("unheardOf=1", "TXT record")]
    [InlineData("authSource", "option 1")]
    [InlineData("authSource=", "option authSource")]
    [InlineData("loadBalanced=true", "option loadBalanced")]
    public void A_record_that_may_not_be_is_refused(string record, string part)
    {
        var s = ConnectionString.Parse("mongodb+srv://h.example.com/");
        var refusal = Assert.Throws<ConnectionStringException>(() => s.ResolvedWith(TwoHosts, record));
        Assert.Equal(part, refusal.Part);
    }

    [Fact]
    public void A_load_balancer_may_be_announced_by_the_record()
    {
        var s = ConnectionString
            .Parse("mongodb+srv://h.example.com/")
            .ResolvedWith(OneHost, "loadBalanced=true");
        Assert.True(s.LoadBalanced);
    }

    [Fact]
    public void The_limit_of_hosts_contradicts_a_replica_set_of_the_record()
    {
        var s = ConnectionString.Parse("mongodb+srv://h.example.com/?srvMaxHosts=1");
        var refusal = Assert.Throws<ConnectionStringException>(() =>
            s.ResolvedWith(OneHost, "replicaSet=rs0")
        );
        Assert.Equal("option srvMaxHosts", refusal.Part);
    }

    [Fact]
    public void No_hosts_is_an_error() =>
        Assert.Throws<ConnectionStringException>(() =>
            ConnectionString.Parse("mongodb+srv://h.example.com/").ResolvedWith([], null)
        );
}

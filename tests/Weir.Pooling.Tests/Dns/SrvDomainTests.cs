using Weir.Pooling.Dns;

namespace Weir.Pooling.Tests.Dns;

public sealed class SrvDomainTests
{
    [Theory]
    [InlineData("cluster_1.tests.mongodb.co.uk", "tests.mongodb.co.uk")]
    [InlineData("hosts_34.example.com", "example.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("mongodb.local", "mongodb.local")]
    [InlineData("Mongodb.Local.", "mongodb.local")]
    public void The_domain_is_what_follows_the_first_of_three_or_more_parts(string name, string domain) =>
        Assert.Equal(domain, SrvDomain.Of(name));

    [Theory]
    [InlineData("localhost", "mongo.localhost")]
    [InlineData("mongo.local", "test_1.mongo.local")]
    [InlineData("blogs.mongodb.com", "a.mongodb.com")]
    [InlineData("blogs.mongodb.com", "a.b.MongoDB.com.")]
    [InlineData("blogs.mongodb.com", "blogs.mongodb.com")]
    public void Hosts_below_the_domain_may_be_used(string name, string host) =>
        Assert.Null(SrvDomain.Refusal(name, Record(host)));

    [Theory]
    // The host does not end with the domain.
    [InlineData("localhost", "localhost.mongodb")]
    [InlineData("mongo.local", "test_1.evil.local")]
    [InlineData("blogs.mongodb.com", "blogs.evil.com")]
    // The host is the name itself, of fewer than three parts.
    [InlineData("localhost", "localhost")]
    [InlineData("mongo.local", "mongo.local")]
    // There is no dot before the domain.
    [InlineData("localhost", "test_1.cluster_1localhost")]
    [InlineData("mongo.local", "test_1.my_hostmongo.local")]
    [InlineData("blogs.mongodb.com", "cluster.testmongodb.com")]
    // The domain itself, and what no host is called.
    [InlineData("blogs.mongodb.com", "mongodb.com")]
    [InlineData("blogs.mongodb.com", @"evil\046com\000.mongodb.com")]
    [InlineData("blogs.mongodb.com", "a:b@c/.mongodb.com")]
    [InlineData("blogs.mongodb.com", "")]
    public void Hosts_elsewhere_are_refused_by_name(string name, string host) =>
        Assert.Contains(host, SrvDomain.Refusal(name, Record(host)), StringComparison.Ordinal);

    [Fact]
    public void A_host_needs_a_port() =>
        Assert.Contains("port 0", SrvDomain.Refusal("a.b.c", new SrvRecord("x.b.c", 0, default))!);

    private static SrvRecord Record(string host) => new(host, 27017, TimeSpan.Zero);
}

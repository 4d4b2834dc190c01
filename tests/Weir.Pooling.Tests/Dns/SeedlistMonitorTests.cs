using Weir.Pooling.Dns;
using Weir.Pooling.Tests.Deployments;
using Weir.Pooling.Topologies;
using Weir.Testing;

namespace Weir.Pooling.Tests.Dns;

public sealed class SeedlistMonitorTests
{
    private const string Uri = "mongodb+srv://test1.example.com/?heartbeatFrequencyMS=10000";
    private const string One = "one.example.com:27017";
    private const string Two = "two.example.com:27018";
    private const string Three = "three.example.com:27019";
    private const string Four = "four.example.com:27020";

    [Fact]
    public void Nothing_is_known_until_DNS_answers_and_it_is_asked_more_and_more_rarely() =>
        Test(
            Uri,
            new ScriptedResolver { Failure = Failure("nobody home") },
            async run =>
            {
                await run.PassAsync(0.1);
                Assert.Empty(run.Hosts);
                Assert.Contains("nobody home", run.Deployment.Seedlist!.Problem!);
                await run.PassAsync(60);
                // After about 0.5, 1.5, 3.5, 7.5, 15.5 s, and then every 10 s.
                Assert.InRange(run.Resolver.Scans, 7, 12);
                Assert.Equal(run.Resolver.Scans, run.Problems.Count());

                run.Resolver.Failure = null;
                run.Resolver.Serve(One, Two);
                await run.PassAsync(12.6);
                Assert.Equal([One, Two], run.Hosts);
                Assert.Null(run.Deployment.Seedlist.Problem);
            }
        );

    [Fact]
    public void A_resolver_that_throws_anything_is_asked_again() =>
        Test(
            Uri,
            new ScriptedResolver { Failure = new InvalidOperationException("a bug") },
            async run =>
            {
                await run.PassAsync(0.1);
                run.Resolver.Failure = null;
                run.Resolver.Serve(One);
                await run.PassAsync(1);
                Assert.Equal([One], run.Hosts);
            }
        );

    [Fact]
    public void One_host_elsewhere_spoils_the_first_answer() =>
        Test(
            Uri,
            new ScriptedResolver().Serve(One, "one.evil.com:27017"),
            async run =>
            {
                await run.PassAsync(0.1);
                Assert.Empty(run.Hosts);
                Assert.Contains("one.evil.com", Assert.Single(run.Problems));
            }
        );

    [Fact]
    public void Two_texts_are_one_too_many() =>
        Test(
            Uri,
            new ScriptedResolver { Texts = ["replicaSet=a", "authSource=b"] }.Serve(One),
            async run =>
            {
                await run.PassAsync(0.1);
                Assert.Empty(run.Hosts);
                Assert.Contains("TXT record", Assert.Single(run.Problems));
            }
        );

    [Fact]
    public void Options_of_the_text_decide_what_the_topology_is() =>
        Test(
            Uri,
            new ScriptedResolver { Texts = ["replicaSet=rs"] }.Serve(One, Two),
            async run =>
            {
                await run.PassAsync(0.1);
                Assert.Equal(TopologyType.ReplicaSetNoPrimary, run.Deployment.Topology.Type);
                Assert.Equal("rs", run.Deployment.Topology.SetName);
                Assert.IsType<TopologyEvent.TopologyOpening>(run.Events[0]);
                Assert.Equal(2, run.Events.OfType<TopologyEvent.ServerOpening>().Count());
                // The set's members are the set's to say.
                run.Resolver.Serve(Three);
                await run.PassAsync(200_000);
                Assert.Equal([One, Two], run.Hosts);
                Assert.Equal(1, run.Resolver.Scans);
            }
        );

    [Theory]
    // Addition, removal, replacement, replacement of both by one, and by two.
    [InlineData(One, Two, Three)]
    [InlineData(One)]
    [InlineData(One, Three)]
    [InlineData(Three)]
    [InlineData(Three, Four)]
    public void The_hosts_of_a_sharded_cluster_are_followed(params string[] hosts) =>
        Test(
            Uri,
            new ScriptedResolver().Serve(10, One, Two),
            async run =>
            {
                await run.PassAsync(0.1);
                run.AllSay(Hello.Mongos);
                run.Resolver.Serve(10, hosts);
                await run.PassAsync(59);
                Assert.Equal([One, Two], run.Hosts);
                await run.PassAsync(2);
                Assert.Equal(hosts.Order(), run.Hosts);
                Assert.Empty(run.Problems);
                Assert.Equal(2, run.Resolver.Scans);
            }
        );

    [Fact]
    public void The_hosts_are_looked_up_as_rarely_as_the_records_allow() =>
        Test(
            Uri,
            new ScriptedResolver().Serve(300, One),
            async run =>
            {
                await run.PassAsync(299);
                Assert.Equal(1, run.Resolver.Scans);
                await run.PassAsync(2);
                Assert.Equal(2, run.Resolver.Scans);
                run.Resolver.Serve(int.MaxValue, One);
                await run.PassAsync(300);
                Assert.Equal(3, run.Resolver.Scans);
                await run.PassAsync(86_400);
                Assert.Equal(4, run.Resolver.Scans);
            }
        );

    [Theory]
    [InlineData(DnsFailure.Timeout)]
    [InlineData(DnsFailure.NoSuchName)]
    [InlineData(DnsFailure.NoRecords)]
    public void Failures_change_nothing_and_are_tried_again_at_the_heartbeat(DnsFailure failure) =>
        Test(
            Uri,
            new ScriptedResolver().Serve(10, One, Two),
            async run =>
            {
                await run.PassAsync(0.1);
                run.AllSay(Hello.Mongos);
                run.Resolver.Failure = new DnsException(failure, "SRV", "gone");
                await run.PassAsync(61);
                Assert.Equal(2, run.Resolver.Scans);
                await run.PassAsync(30);
                Assert.Equal(5, run.Resolver.Scans);
                Assert.Equal([One, Two], run.Hosts);
                Assert.Equal(4, run.Problems.Count());
                Assert.Null(run.Deployment.Seedlist!.Problem);

                run.Resolver.Failure = null;
                run.Resolver.Serve(10, Three);
                await run.PassAsync(10);
                Assert.Equal([Three], run.Hosts);
                await run.PassAsync(50);
                Assert.Equal(6, run.Resolver.Scans);
            }
        );

    [Fact]
    public void Hosts_elsewhere_are_left_out_and_told_of() =>
        Test(
            Uri,
            new ScriptedResolver().Serve(10, One),
            async run =>
            {
                await run.PassAsync(0.1);
                run.Resolver.Serve(10, Two, "one.evil.com:27017");
                await run.PassAsync(61);
                Assert.Equal([Two], run.Hosts);
                Assert.Contains("one.evil.com", Assert.Single(run.Problems));

                run.Resolver.Serve(10, "one.evil.com:27017");
                await run.PassAsync(60);
                Assert.Equal([Two], run.Hosts);
                run.Resolver.Serve(10, Three);
                await run.PassAsync(10);
                Assert.Equal([Three], run.Hosts);
            }
        );

    [Fact]
    public void A_load_balancer_is_not_followed() =>
        Test(
            "mongodb+srv://test3.example.com/?loadBalanced=true",
            new ScriptedResolver().Serve(10, One),
            async run =>
            {
                await run.PassAsync(0.1);
                Assert.Equal(TopologyType.LoadBalanced, run.Deployment.Topology.Type);
                run.Resolver.Serve(10, One, Two);
                await run.PassAsync(200);
                Assert.Equal([One], run.Hosts);
                Assert.Equal(1, run.Resolver.Scans);
            }
        );

    [Theory]
    [InlineData(0, 3)]
    [InlineData(3, 3)]
    [InlineData(2, 2)]
    public void The_limit_of_hosts_holds_for_those_that_come_later(int limit, int count) =>
        Test(
            $"mongodb+srv://test1.example.com/?srvMaxHosts={limit}",
            new ScriptedResolver().Serve(10, One, Two),
            async run =>
            {
                await run.PassAsync(0.1);
                run.AllSay(Hello.Mongos);
                Assert.Equal([One, Two], run.Hosts);
                run.Resolver.Serve(10, One, Three, Four);
                await run.PassAsync(120);
                Assert.Equal(count, run.Hosts.Length);
                Assert.Contains(One, run.Hosts);
                Assert.DoesNotContain(Two, run.Hosts);
            }
        );

    [Fact]
    public void As_many_new_hosts_as_the_limit_allows_take_the_place_of_all_the_old_ones() =>
        Test(
            "mongodb+srv://test1.example.com/?srvMaxHosts=2",
            new ScriptedResolver().Serve(10, One, Two),
            async run =>
            {
                await run.PassAsync(0.1);
                run.AllSay(Hello.Mongos);
                run.Resolver.Serve(10, Three, Four);
                await run.PassAsync(120);
                Assert.Equal([Four, Three], run.Hosts);
            }
        );

    [Fact]
    public void The_limit_of_hosts_holds_at_first() =>
        Test(
            "mongodb+srv://test1.example.com/?srvMaxHosts=2",
            new ScriptedResolver().Serve(10, One, Two, Three, Four),
            async run =>
            {
                await run.PassAsync(0.1);
                Assert.Equal(2, run.Hosts.Distinct().Count());
            }
        );

    [Fact]
    public void The_service_may_have_another_name() =>
        Test(
            "mongodb+srv://test22.example.com/?srvServiceName=customname",
            new ScriptedResolver().Serve(10, One),
            async run =>
            {
                await run.PassAsync(0.1);
                run.Resolver.Serve(10, Three, Four);
                await run.PassAsync(61);
                Assert.Equal([Four, Three], run.Hosts);
                const string service = "_customname._tcp.test22.example.com";
                Assert.Equal([service, "test22.example.com", service], run.Resolver.Asked);
            }
        );

    [Theory]
    [InlineData("localhost", "mongo.localhost:27017")]
    [InlineData("mongo.local", "one.mongo.local:27017")]
    public void A_name_may_have_fewer_than_three_parts(string name, string host) =>
        Test(
            $"mongodb+srv://{name}",
            new ScriptedResolver().Serve(host),
            async run =>
            {
                await run.PassAsync(0.1);
                Assert.Equal([host], run.Hosts);
            }
        );

    private static DnsException Failure(string reason) =>
        new(DnsFailure.Timeout, "DNS SRV _mongodb._tcp.test1.example.com", reason);

    private static void Test(string uri, ScriptedResolver resolver, Func<SeedlistRun, Task> test) =>
        VirtualTime.Run(
            async time =>
            {
                await using var run = new SeedlistRun(time, uri, resolver);
                await test(run);
            },
            TimeSpan.FromDays(10)
        );
}

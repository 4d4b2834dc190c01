using System.Net;
using System.Net.Sockets;
using Weir.Pooling.Dns;
using Weir.Testing;
using Weir.Testing.Dns;

namespace Weir.Pooling.Tests.Dns;

public sealed class DnsResolverTests
{
    private const string Name = "_mongodb._tcp.c.example.com";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_and_texts_are_found()
    {
        await using var dns = Known();
        var resolver = Resolver(TimeProvider.System, dns.EndPoint);

        var services = await resolver.FindServicesAsync(Name.ToUpperInvariant() + ".", Token);

        Assert.Equal([new SrvRecord("a.example.com", 27017, TimeSpan.FromSeconds(300))], services);
        Assert.Equal(["replicaSet=rs"], await resolver.FindTextsAsync("c.example.com", Token));
        Assert.Empty(await resolver.FindTextsAsync("nothing.example.com", Token));
        Assert.Empty(await resolver.FindTextsAsync(Name, Token));
        Assert.Equal(0, dns.AskedOverTcp);
    }

    [Fact]
    public async Task A_name_server_may_have_an_IPv6_address()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        await using var dns = new DnsResponder(IPAddress.IPv6Loopback);
        dns.Zone.AddService(Name, 1, "a.example.com");
        Assert.Single(await Resolver(TimeProvider.System, dns.EndPoint).FindServicesAsync(Name, Token));
    }

    [Fact]
    public async Task What_is_cut_short_is_asked_for_over_TCP()
    {
        await using var dns = Known();
        dns.Truncates = true;
        for (var i = 0; i < 200; i++)
        {
            dns.Zone.AddService(Name, 27018 + i, $"host-{i}.with.a.rather.long.name.example.com");
        }
        var services = await Resolver(TimeProvider.System, dns.EndPoint).FindServicesAsync(Name, Token);
        Assert.Equal(201, services.Count);
        Assert.Equal(1, dns.AskedOverTcp);
    }

    [Fact]
    public async Task Absence_is_an_answer_and_says_which()
    {
        await using var dns = Known();
        await using var second = Known();
        var resolver = Resolver(TimeProvider.System, dns.EndPoint, second.EndPoint);

        var noName = await FailAsync(resolver, "_mongodb._tcp.other.example.com");
        var noRecord = await FailAsync(resolver, "c.example.com");

        Assert.Equal(DnsFailure.NoSuchName, noName.Failure);
        Assert.Contains("NXDOMAIN", noName.Message, StringComparison.Ordinal);
        Assert.Contains("SRV _mongodb._tcp.other.example.com", noName.Message, StringComparison.Ordinal);
        Assert.Contains(dns.EndPoint.ToString(), noName.Message, StringComparison.Ordinal);
        Assert.Equal(DnsFailure.NoRecords, noRecord.Failure);
        Assert.Equal(0, second.AskedOverUdp);
    }

    [Fact]
    public async Task A_service_that_is_nowhere_is_none()
    {
        await using var dns = new DnsResponder();
        dns.Zone.AddService(Name, 0, ".");
        var error = await FailAsync(Resolver(TimeProvider.System, dns.EndPoint), Name);
        Assert.Equal(DnsFailure.NoRecords, error.Failure);
    }

    [Theory]
    [InlineData(2, "SERVFAIL")]
    [InlineData(5, "REFUSED")]
    public async Task The_next_server_is_asked_when_one_fails(int code, string name)
    {
        await using var broken = Known();
        await using var dns = Known();
        broken.OverUdp = reply => DnsResponder.WithCode(reply, code);
        var both = Resolver(TimeProvider.System, broken.EndPoint, dns.EndPoint);

        Assert.Single(await both.FindServicesAsync(Name, Token));
        dns.OverUdp = broken.OverUdp;
        var error = await FailAsync(both, Name);

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(broken.EndPoint.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(dns.EndPoint.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Equal(3, broken.AskedOverUdp);
    }

    [Fact]
    public async Task The_next_server_is_asked_when_one_is_not_there()
    {
        IPEndPoint nobody;
        await using (var gone = new DnsResponder())
        {
            nobody = gone.EndPoint;
        }
        await using var dns = Known();
        Assert.Single(
            await Resolver(TimeProvider.System, nobody, dns.EndPoint).FindServicesAsync(Name, Token)
        );
        var error = await FailAsync(Resolver(TimeProvider.System, nobody), Name);
        Assert.Equal(DnsFailure.Unreachable, error.Failure);
    }

    [Fact]
    public async Task Silence_ends_after_the_timeout_of_each_attempt()
    {
        var clock = new ManualClock();
        await using var dns = Known();
        dns.OverUdp = _ => [];
        var finding = Resolver(clock, dns.EndPoint).FindServicesAsync(Name, Token).AsTask();

        await dns.AskedAsync(1, Token);
        clock.Advance(TimeSpan.FromSeconds(5));
        await dns.AskedAsync(2, Token);
        Assert.False(finding.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(5));

        var error = await Assert.ThrowsAsync<DnsException>(() => finding);
        Assert.Equal(DnsFailure.Timeout, error.Failure);
        Assert.Contains("no answer within 5000 ms", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Giving_up_is_no_failure()
    {
        await using var dns = Known();
        dns.OverUdp = _ => [];
        using var patience = new CancellationTokenSource();
        var finding = Resolver(TimeProvider.System, dns.EndPoint).FindServicesAsync(Name, patience.Token);
        await dns.AskedAsync(1, Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding.AsTask());
    }

    [Fact]
    public async Task Answers_to_other_questions_are_passed_over()
    {
        await using var dns = Known();
        dns.OverUdp = reply =>
        {
            byte[] forged = [.. reply];
            forged[0] ^= 0xff;
            return [forged, [], [1, 2, 3], reply];
        };
        Assert.Single(await Resolver(TimeProvider.System, dns.EndPoint).FindServicesAsync(Name, Token));
    }

    [Fact]
    public async Task A_malformed_answer_is_told_with_its_server()
    {
        await using var dns = Known();
        dns.OverUdp = reply => [reply[..^3]];
        var error = await FailAsync(Resolver(TimeProvider.System, dns.EndPoint), Name);
        Assert.Equal(DnsFailure.Malformed, error.Failure);
        Assert.Contains(dns.EndPoint.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_ends_early_is_told()
    {
        await using var dns = Known();
        dns.Truncates = true;
        dns.OverTcp = reply => reply[..5];
        var error = await FailAsync(Resolver(TimeProvider.System, dns.EndPoint), Name);
        Assert.Equal(DnsFailure.Malformed, error.Failure);
    }

    [Fact]
    public async Task A_name_that_cannot_be_asked_for_is_not_sent()
    {
        await using var dns = Known();
        var error = await FailAsync(
            Resolver(TimeProvider.System, dns.EndPoint),
            $"_{new string('x', 64)}._tcp.example.com"
        );
        Assert.Equal(DnsFailure.Malformed, error.Failure);
        Assert.Equal(0, dns.AskedOverUdp);
    }

    private static DnsResponder Known()
    {
        var dns = new DnsResponder();
        dns.Zone.AddService(Name, 27017, "a.example.com", 300).AddText("c.example.com", "replicaSet=rs");
        return dns;
    }

    private static DnsResolver Resolver(TimeProvider time, params IPEndPoint[] servers) =>
        new(() => new ResolverConfiguration { NameServers = servers }, time);

    private static Task<DnsException> FailAsync(DnsResolver resolver, string name) =>
        Assert.ThrowsAsync<DnsException>(() => resolver.FindServicesAsync(name, Token).AsTask());
}

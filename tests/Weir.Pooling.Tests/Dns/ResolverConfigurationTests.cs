using Weir.Pooling.Dns;

namespace Weir.Pooling.Tests.Dns;

public sealed class ResolverConfigurationTests
{
    [Fact]
    public void Name_servers_and_their_patience_are_read()
    {
        var configuration = ResolverConfiguration.Parse(
            """
            # a comment
            ; another
            domain example.com
            search example.com corp.example.com
            nameserver 10.0.0.1
            	nameserver   fd00::53  # with a note
            options rotate timeout:3 attempts:4 ndots:5
            """
        );
        Assert.Equal(["10.0.0.1:53", "[fd00::53]:53"], configuration.NameServers.Select(s => s.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(3), configuration.Timeout);
        Assert.Equal(4, configuration.Attempts);
    }

    [Fact]
    public void An_empty_file_means_this_machine()
    {
        var configuration = ResolverConfiguration.Parse("");
        Assert.Equal(["127.0.0.1:53"], configuration.NameServers.Select(s => s.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(5), configuration.Timeout);
        Assert.Equal(2, configuration.Attempts);
    }

    [Fact]
    public void What_cannot_be_is_left_out_and_what_is_too_much_is_cut()
    {
        var configuration = ResolverConfiguration.Parse(
            "nameserver\nnameserver somewhere\nnameserver ::1\nnameserver 1.1.1.1\nnameserver 2.2.2.2\n"
                + "nameserver 3.3.3.3\noptions timeout:0 attempts:99 timeout:x timeout\nnonsense\n"
        );
        Assert.Equal(
            ["[::1]:53", "1.1.1.1:53", "2.2.2.2:53"],
            configuration.NameServers.Select(s => s.ToString())
        );
        Assert.Equal(TimeSpan.FromSeconds(1), configuration.Timeout);
        Assert.Equal(5, configuration.Attempts);
    }

    [Fact]
    public void A_name_server_on_a_link_keeps_its_zone() =>
        Assert.Equal(1, ResolverConfiguration.Parse("nameserver fe80::1%1").NameServers[0].Address.ScopeId);

    [Fact]
    public void The_systems_own_can_be_read() =>
        Assert.NotEmpty(ResolverConfiguration.ReadSystem().NameServers);
}

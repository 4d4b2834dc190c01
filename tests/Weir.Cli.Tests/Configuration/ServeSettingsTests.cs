using Weir.Cli.Configuration;

namespace Weir.Cli.Tests.Configuration;

public class ServeSettingsTests
{
    [Fact]
    public void One_upstream_can_be_told_on_the_command_line()
    {
        var configuration = ServeSettings.From(
            null,
            ["127.0.0.1:1", "unix:/a.sock"],
            "mongodb://db/",
            "rs0",
            false
        );

        Assert.Equal(
            ["127.0.0.1:1", "/a.sock"],
            configuration.Proxy.Listeners.Select(listener => listener.EndPoint.ToString())
        );
        Assert.All(configuration.Proxy.Listeners, listener => Assert.Equal("rs0", listener.ReplicaSetName));
        Assert.Equal(
            "mongodb://db/",
            Assert.Single(configuration.Proxy.Upstreams).ConnectionString.ToString()
        );
    }

    [Fact]
    public void Weir_does_not_listen_beyond_loopback_unless_told_so_in_so_many_words()
    {
        var error = Assert.Throws<ConfigurationException>(() =>
            ServeSettings.From(null, ["0.0.0.0:1"], "mongodb://db/", null, allowAnonymous: false)
        );
        Assert.Contains(
            "can be reached from other machines",
            Assert.Single(error.Errors),
            StringComparison.Ordinal
        );

        Assert.NotNull(ServeSettings.From(null, ["0.0.0.0:1"], "mongodb://db/", null, allowAnonymous: true));
    }

    [Fact]
    public void A_file_and_an_upstream_do_not_go_together()
    {
        var error = Assert.Throws<ConfigurationException>(() =>
            ServeSettings.From("weir.json", [], "mongodb://db/", null, false)
        );

        Assert.Contains("do not go with it", Assert.Single(error.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_of_the_command_line_is_reported()
    {
        var error = Assert.Throws<ConfigurationException>(() =>
            ServeSettings.From(null, ["nowhere"], "mongodb://", null, false)
        );

        Assert.Equal(2, error.Errors.Count);
    }
}

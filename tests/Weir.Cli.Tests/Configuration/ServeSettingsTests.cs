using Weir.Cli.Configuration;
using Weir.Cli.Users;
using Weir.Proxy.ClientAuthentication;
using Weir.Testing;
using Weir.Transport;

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
    public void A_listener_that_anybody_can_reach_may_be_opened_to_those_who_log_in()
    {
        using var authority = new TestAuthority();
        var (certificate, key) = authority.WriteServer("server");
        var users = authority.PathOf("users.json");
        UsersFileWriter.Write(
            users,
            new ClientUsers { Users = [new UserSettings { Name = "reports", Subject = "CN=reports" }] }
        );

        var configuration = ServeSettings.From(
            null,
            ["0.0.0.0:1"],
            "mongodb://db/",
            null,
            allowAnonymous: false,
            users: users,
            tls: new TlsServerSettings { CertificateFile = certificate, KeyFile = key }
        );

        var listener = Assert.Single(configuration.Proxy.Listeners);
        Assert.True(listener.Authenticates);
        Assert.Equal(certificate, listener.Tls?.CertificateFile);
        Assert.Single(configuration.Proxy.Users.Users);
    }

    [Fact]
    public void A_certificate_that_cannot_be_used_is_an_error_that_names_its_file()
    {
        var error = Assert.Throws<ConfigurationException>(() =>
            ServeSettings.From(
                null,
                [],
                "mongodb://db/",
                null,
                allowAnonymous: false,
                tls: new TlsServerSettings { CertificateFile = "/nowhere/server.pem" }
            )
        );

        Assert.StartsWith(
            "--tls-certificate: /nowhere/server.pem: cannot be read",
            Assert.Single(error.Errors),
            StringComparison.Ordinal
        );
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

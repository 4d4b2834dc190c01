using System.Net;
using Weir.Cli.Configuration;
using Weir.Cli.Users;
using Weir.Proxy;
using Weir.Proxy.ClientAuthentication;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Cli.Tests.Configuration;

public class ConfigurationFileTests
{
    private const string Whole = """
        {
          // Comments are welcome.
          "upstreams": [
            { "name": "main", "uri": "mongodb://db1:27017,db2:27017/?replicaSet=rs0" },
            { "name": "other", "uri": "mongodb://db3/" },
          ],
          "listeners": [
            { "listen": "127.0.0.1:27018", "upstream": "main" },
            { "listen": "unix:/run/weir.sock", "upstream": "other", "replicaSet": "rs0", "maxClients": 7,
              "limits": { "connectionsPerSecond": 50 }, "perAddress": { "maxClients": 3 } }
          ],
          "perUser": { "maxClients": 4, "requestsPerSecond": 500 },
          "limits": { "bufferedBytes": 134217728, "waitQueue": 50 },
          "drainSeconds": 5,
          "sync": { "jobs": "are weir sync's to read" }
        }
        """;

    [Theory]
    [InlineData("comment", Attribution.Comment)]
    [InlineData("client", Attribution.Client)]
    [InlineData("none", Attribution.None)]
    public void An_upstream_may_be_told_on_whose_behalf_it_is_asked(string written, Attribution read)
    {
        var configuration = ConfigurationFile.Parse(
            "weir.json",
            $$"""
            {
              "upstreams": [{ "name": "main", "uri": "mongodb://a", "attribution": "{{written}}" }],
              "listeners": [{ "listen": "127.0.0.1:1", "upstream": "main" }]
            }
            """
        );

        Assert.Equal(read, configuration.Proxy.Upstreams[0].Attribution);
    }

    [Fact]
    public void Every_key_has_its_effect()
    {
        var configuration = ConfigurationFile.Parse("weir.json", Whole);

        Assert.Equal(["main", "other"], configuration.Proxy.Upstreams.Select(upstream => upstream.Name));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 27018), configuration.Proxy.Listeners[0].EndPoint);
        Assert.Equal(20_000, configuration.Proxy.Listeners[0].MaxClients);
        Assert.Equal("rs0", configuration.Proxy.Listeners[1].ReplicaSetName);
        Assert.Equal(7, configuration.Proxy.Listeners[1].MaxClients);
        Assert.Equal(new() { ConnectionsPerSecond = 50 }, configuration.Proxy.Listeners[1].Limits);
        Assert.Equal(new() { MaxClients = 3 }, configuration.Proxy.Listeners[1].PerAddress);
        Assert.Equal(new() { MaxClients = 4, RequestsPerSecond = 500 }, configuration.Proxy.PerUser);
        Assert.Equal(134217728, configuration.Proxy.Limits.BufferedBytes);
        Assert.Equal(50, configuration.Proxy.Upstreams[0].Options.Pool.MaxWaiting);
        Assert.Equal(TimeSpan.FromSeconds(5), configuration.Drain);
    }

    [Fact]
    public void What_is_in_force_is_shown_limits_included()
    {
        var shown = ConfigurationEntries
            .Of(ConfigurationFile.Parse("weir.json", Whole))
            .ToDictionary(entry => entry.Key, entry => entry.Shown);

        Assert.Equal("", shown["listeners[0].perAddress"]);
        Assert.Equal("maxClients 3", shown["listeners[1].perAddress"]);
        Assert.Equal("connectionsPerSecond 50", shown["listeners[1].limits"]);
        Assert.Equal("maxClients 4, requestsPerSecond 500", shown["perUser"]);
    }

    [Theory]
    [InlineData("""{ "upstreams": [ """, "line 1: is not JSON")]
    [InlineData("""[]""", "the file: must be an object, is a list")]
    [InlineData("""{}""", "upstreams: is missing")]
    [InlineData("""{ "upstreams": [] }""", "upstreams: is empty")]
    [InlineData("""{ "upstreams": 3 }""", "upstreams: must be a list, is 3")]
    [InlineData("""{ "upstreams": [ { "uri": "mongodb://a/" } ] }""", "upstreams[0].name: is missing")]
    [InlineData("""{ "upstreams": [ { "name": "a", "uri": "http://a/" } ] }""", "upstreams[0].uri: ")]
    [InlineData("""{ "listeners": [ { "listen": "27018" } ] }""", "listeners[0].listen: '27018' has no port")]
    [InlineData(
        """{ "listeners": [ { "upstream": "x" } ] }""",
        "listeners[0].upstream: there is no upstream named \"x\""
    )]
    [InlineData(
        """{ "listeners": [ { "listen": "0.0.0.0:1" } ] }""",
        "listeners[0].listen: 0.0.0.0:1 can be reached"
    )]
    [InlineData("""{ "limits": { "waitQueue": 0 } }""", "limits.waitQueue: must be a whole number from 1 to")]
    [InlineData(
        """{ "limits": { "waitQueu": 10 } }""",
        "limits.waitQueu: is not known here (known: bufferedBytes, waitQueue)"
    )]
    [InlineData(
        """{ "drainSeconds": "long" }""",
        "drainSeconds: must be a whole number from 0 to 3600, is a text"
    )]
    public void An_error_names_its_key(string text, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Parse("weir.json", text));

        Assert.Contains(error.Errors, one => one.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Users_credentials_and_certificates_are_found_beside_the_file()
    {
        using var authority = new TestAuthority();
        authority.WriteServer("server");
        UsersFileWriter.Write(
            authority.PathOf("users.json"),
            new ClientUsers
            {
                Users =
                [
                    new UserSettings
                    {
                        Name = "reports",
                        Subject = "CN=reports",
                        UpstreamCredential = "reader",
                    },
                ],
            }
        );
        const string Text = """
            {
              "upstreams": [ { "name": "main", "uri": "mongodb://db/" } ],
              "users": "users.json",
              "credentials": [ { "name": "reader", "user": "r", "password": "s3cret", "authSource": "app" } ],
              "listeners": [
                {
                  "listen": "0.0.0.0:27018",
                  "upstream": "main",
                  "tls": {
                    "certificateFile": "server.pem",
                    "keyFile": "server.key",
                    "authorityFile": "authority.pem",
                    "clientCertificates": "optional"
                  }
                },
                { "listen": "127.0.0.1:27018", "upstream": "main", "allowAnonymous": true }
              ]
            }
            """;

        var proxy = ConfigurationFile.Parse(authority.PathOf("weir.json"), Text).Proxy;

        Assert.Equal([true, false], proxy.Listeners.Select(listener => listener.Authenticates));
        Assert.Equal(ClientCertificates.Optional, proxy.Listeners[0].Tls?.ClientCertificates);
        Assert.Equal("reports", Assert.Single(proxy.Users.Users).Name);
        Assert.Equal("app", proxy.UpstreamCredentials["reader"].Source);
        var broken = Text.Replace("server.key", "authority.pem", StringComparison.Ordinal)
            .Replace("\"name\": \"reader\"", "\"name\": \"other\"", StringComparison.Ordinal);
        var error = Assert.Throws<ConfigurationException>(() =>
            ConfigurationFile.Parse(authority.PathOf("weir.json"), broken)
        );
        Assert.Equal(
            ["listeners[0].tls.keyFile", "users"],
            error.Errors.Select(one => one.Split(':')[0]).Order()
        );
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_are_reported_at_once()
    {
        const string Text = """{ "upstreams": [ { } ], "listeners": [ { "listen": "x" } ], "more": 1 }""";

        var error = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Parse("weir.json", Text));

        Assert.Equal(
            ["listeners[0].listen", "listeners[0].upstream", "more", "upstreams[0].name", "upstreams[0].uri"],
            error.Errors.Select(one => one.Split(':')[0]).Order()
        );
    }

    [Fact]
    public void A_text_may_name_an_environment_variable()
    {
        var text = Whole.Replace("db3", "${PATH_TO_NOWHERE_OF_WEIR}", StringComparison.Ordinal);

        var error = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Parse("weir.json", text));

        Assert.Equal(
            ["upstreams[1].uri: names the environment variable PATH_TO_NOWHERE_OF_WEIR, which is not set"],
            error.Errors
        );
    }

    [Fact]
    public void An_error_never_shows_a_password()
    {
        const string Text =
            """{ "upstreams": [ { "name": "a", "uri": "mongodb://ada:s3cret@host:99999/" } ] }""";

        var error = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Parse("weir.json", Text));

        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_clear_error()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        var error = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Load(path));

        Assert.StartsWith("cannot be read: ", Assert.Single(error.Errors), StringComparison.Ordinal);
    }
}

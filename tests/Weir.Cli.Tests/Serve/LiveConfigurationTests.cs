using Weir.Cli.Configuration;
using Weir.Cli.Serve;
using Weir.Proxy.Administration;

namespace Weir.Cli.Tests.Serve;

public sealed class LiveConfigurationTests
{
    private const string First = """
        {
          "upstreams": [{ "name": "main", "uri": "mongodb://app:secret@db1/" }],
          "listeners": [{ "listen": "127.0.0.1:27018", "upstream": "main" }],
          "admin": { "token": "the-first-long-token" }
        }
        """;

    private readonly EventLog _events = new(TimeProvider.System);

    [Fact]
    public void What_can_change_changes_and_the_rest_is_refused_by_name()
    {
        var live = Live(
            First,
            """
            {
              "upstreams": [{ "name": "main", "uri": "mongodb://app:another@db1/" }],
              "listeners": [{ "listen": "127.0.0.1:27018", "upstream": "main", "maxClients": 5 }],
              "admin": { "token": "the-second-long-token" },
              "telemetry": { "slowMillis": 50 },
              "drainSeconds": 5
            }
            """,
            out var applied
        );

        var told = live.Reload(_events);

        Assert.Equal(
            ["admin.token", "drainSeconds", "telemetry.slowMillis"],
            told["changed"].AsArray.Select(c => c.AsString).Order()
        );
        Assert.Equal(
            [
                "listeners[0].maxClients: it takes a restart to change this",
                "upstreams.main.uri: it takes a restart to change this",
            ],
            told["refused"].AsArray.Select(c => c.AsString).Order()
        );
        var now = Assert.Single(applied);
        Assert.Equal(TimeSpan.FromSeconds(5), now.Drain);
        Assert.Equal(TimeSpan.FromMilliseconds(50), now.Telemetry.Slow);
        Assert.Equal("the-second-long-token", now.Admin!.Token);
        Assert.Equal(20_000, now.Proxy.Listeners[0].MaxClients);
        Assert.Equal("Reloaded", Assert.Single(_events.Latest()).Kind);
    }

    [Fact]
    public void A_token_is_not_taken_away_where_others_can_reach_it()
    {
        var open = First.Replace(
            "\"admin\": {",
            "\"admin\": { \"listen\": \"0.0.0.0:27080\",",
            StringComparison.Ordinal
        );
        var closed = First.Replace(
            "\"token\": \"the-first-long-token\"",
            "\"listen\": \"127.0.0.1:27080\"",
            StringComparison.Ordinal
        );
        var live = Live(open, closed, out var applied);

        live.Reload(_events);

        Assert.Equal("the-first-long-token", Assert.Single(applied).Admin!.Token);
    }

    [Fact]
    public void A_file_with_errors_changes_nothing()
    {
        var live = Live(First, """{ "upstreams": [] }""", out var applied);

        Assert.Throws<AdminActionException>(() => live.Reload(_events));

        Assert.Empty(applied);
        Assert.Equal("ReloadFailed", Assert.Single(_events.Latest()).Kind);
    }

    [Fact]
    public void No_secret_is_among_what_is_shown()
    {
        var shown = ConfigurationEntries.Of(ConfigurationFile.Parse("weir.json", First)).ToList();

        Assert.DoesNotContain(shown, e => e.Shown.Contains("secret", StringComparison.Ordinal));
        Assert.DoesNotContain(shown, e => e.Shown.Contains("long-token", StringComparison.Ordinal));
        Assert.Contains(shown, e => e is { Key: "admin.token", Shown: "(set)" });
    }

    private static LiveConfiguration Live(string first, string second, out List<WeirConfiguration> applied)
    {
        List<WeirConfiguration> heard = [];
        applied = heard;
        return new LiveConfiguration(
            ConfigurationFile.Parse("weir.json", first),
            () => ConfigurationFile.Parse("weir.json", second),
            heard.Add
        );
    }
}

using Weir.Admin;
using Weir.Cli.Configuration;

namespace Weir.Cli.Tests.Configuration;

public class AdminSectionTests
{
    [Fact]
    public void Without_the_section_there_is_no_admin_server_and_nobody_measures()
    {
        var configuration = Parse("");

        Assert.Null(configuration.Admin);
        Assert.False(configuration.WantsMetrics);
        Assert.Equal(TimeSpan.FromMinutes(1), configuration.Telemetry.ConnectionLog);
        Assert.Equal(TimeSpan.FromMilliseconds(200), configuration.Telemetry.Slow);
    }

    [Fact]
    public void An_empty_section_means_loopback_without_a_token()
    {
        var admin = Parse(""", "admin": {}""").Admin!;

        Assert.Equal("127.0.0.1:27080", $"{admin.EndPoint}");
        Assert.Null(admin.Token);
    }

    [Fact]
    public void The_option_alone_means_the_same_and_with_an_address_that_address()
    {
        var alone = ServeSettings.From(null, [], "mongodb://db/", null, false, "");
        var addressed = ServeSettings.From(null, [], "mongodb://db/", null, false, "[::1]:9");

        Assert.Equal("127.0.0.1:27080", $"{alone.Admin!.EndPoint}");
        Assert.Equal("[::1]:9", $"{addressed.Admin!.EndPoint}");
    }

    [Fact]
    public void Telemetry_is_read()
    {
        var telemetry = Parse(
            """
            , "telemetry": {
              "connectionLogSeconds": 0,
              "slowMillis": 0,
              "otlp": { "endpoint": "http://collector:4318", "protocol": "http/protobuf", "seconds": 5, "traceRatio": 0.01 }
            }
            """
        ).Telemetry;

        Assert.Equal(TimeSpan.Zero, telemetry.ConnectionLog);
        Assert.Equal(Timeout.InfiniteTimeSpan, telemetry.Slow);
        Assert.Equal(
            new OtlpSettings(
                new Uri("http://collector:4318"),
                UseHttp: true,
                TimeSpan.FromSeconds(5),
                TraceRatio: 0.01
            ),
            telemetry.Otlp
        );
    }

    [Theory]
    [InlineData(""", "admin": { "listen": "0.0.0.0:1" }""", "admin.listen: 0.0.0.0:1 can be reached")]
    [InlineData(""", "admin": { "listen": "here" }""", "admin.listen: 'here' has no port")]
    [InlineData(""", "admin": { "token": "short" }""", "the token has 5 characters")]
    [InlineData(""", "admin": { "tokenFile": "/no/such" }""", "admin.tokenFile: cannot be read")]
    [InlineData(""", "admin": { "port": 1 }""", "admin.port: is not known here")]
    [InlineData(""", "telemetry": { "slowMillis": -1 }""", "telemetry.slowMillis: must be")]
    [InlineData(
        """, "telemetry": { "otlp": { "endpoint": "here" } }""",
        "telemetry.otlp.endpoint: must be a URL"
    )]
    [InlineData(
        """, "telemetry": { "otlp": { "endpoint": "http://c/", "protocol": "json" } }""",
        "telemetry.otlp.protocol: must be grpc"
    )]
    [InlineData(
        """, "telemetry": { "otlp": { "endpoint": "http://c/v1/metrics" } }""",
        "telemetry.otlp.endpoint: is the collector's own address"
    )]
    [InlineData(
        """, "telemetry": { "otlp": { "endpoint": "http://c/", "traceRatio": 2 } }""",
        "telemetry.otlp.traceRatio: must be a number from 0 to 1, is 2"
    )]
    public void A_mistake_is_named_with_its_key(string section, string error)
    {
        var exception = Assert.Throws<ConfigurationException>(() => Parse(section));

        Assert.Contains(error, Assert.Single(exception.Errors), StringComparison.Ordinal);
    }

    private static WeirConfiguration Parse(string more) =>
        ConfigurationFile.Parse(
            "weir.json",
            $$"""
            {
              "upstreams": [{ "name": "main", "uri": "mongodb://db/" }],
              "listeners": [{ "listen": "127.0.0.1:1", "upstream": "main" }]
              {{more}}
            }
            """
        );
}

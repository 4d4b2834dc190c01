using System.Text.Json;
using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Sandbox;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Doctor.Tests;

/// <summary><c>weir doctor</c> as people and scripts run it.</summary>
public class DoctorCommandTests
{
    [Fact]
    public async Task A_healthy_deployment_is_said_to_be_healthy_in_plain_text()
    {
        await using var deployment = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var client = await Clients.HoldAsync(deployment.ConnectionString, "journal", 5);

        var (code, output, _) = await DoctorAsync(deployment, "--fail-on", "notice");

        Assert.Equal(0, code);
        Assert.Contains("journal", output, StringComparison.Ordinal);
        Assert.Contains("Nothing is wrong", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', output);
    }

    [Fact]
    public async Task A_finding_as_bad_as_asked_for_is_exit_code_1()
    {
        await using var deployment = await SandboxDeployment.StartAsync(
            new SandboxOptions { MaxConnections = 60 }
        );
        await using var client = await Clients.HoldAsync(deployment.ConnectionString, "journal", 50);

        var (code, output, _) = await DoctorAsync(deployment, "--fail-on", "critical", "--json");

        Assert.Equal(1, code);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Contains(
            report.GetProperty("findings").EnumerateArray(),
            finding =>
                finding.GetProperty("kind").GetString() == "no-headroom"
                && finding.GetProperty("severity").GetString() == "Critical"
        );
        Assert.Equal(0, (await DoctorAsync(deployment)).ExitCode);
    }

    [Theory]
    [InlineData(70, "no-headroom", 1)]
    [InlineData(5, "Nothing is wrong", 0)]
    public async Task A_watch_goes_on_until_it_is_interrupted_and_judges_what_it_saw(
        int connections,
        string said,
        int expected
    )
    {
        Assert.SkipUnless(TerminalProgram.IsThere, "script is not installed");
        await using var deployment = await SandboxDeployment.StartAsync(
            new SandboxOptions { MaxConnections = 100 }
        );
        await using var client = await Clients.HoldAsync(deployment.ConnectionString, "journal", connections);
        await using var doctor = TerminalProgram.Start(
            "doctor",
            deployment.ConnectionString,
            "--watch",
            "--for",
            "1s",
            "--fail-on",
            "notice"
        );

        await doctor.SeeAsync(said);
        await doctor.TypeAsync("\x03");

        Assert.Equal(expected, await doctor.EndAsync());
    }

    [Fact]
    public async Task Without_the_privilege_to_see_holders_it_reports_totals_and_says_so()
    {
        await using var deployment = await SandboxDeployment.StartAsync(new SandboxOptions());
        await RefuseAsync(deployment, "aggregate");

        var (code, output, _) = await DoctorAsync(deployment);

        Assert.Equal(0, code);
        Assert.Contains("not seen", output, StringComparison.Ordinal);
        Assert.Contains("clusterMonitor", output, StringComparison.Ordinal);
        Assert.Contains("as far as it could be seen", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_privilege_for_serverStatus_it_says_which_it_needs()
    {
        await using var deployment = await SandboxDeployment.StartAsync(new SandboxOptions());
        await RefuseAsync(deployment, "serverStatus");

        var (code, _, errors) = await DoctorAsync(deployment);

        Assert.Equal(2, code);
        Assert.Contains("clusterMonitor", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_leaves_nothing_behind_at_the_server()
    {
        await using var deployment = await SandboxDeployment.StartAsync(
            new SandboxOptions { ReplicaSetName = "rs0", Members = 3 }
        );

        await DoctorAsync(deployment);

        Assert.All(deployment.Members, member => Assert.InRange(member.Connections.Peak, 1, 4));
        Assert.All(deployment.Members, member => Assert.Equal(0, member.OpenCursors));
    }

    [Fact]
    public async Task It_asks_for_something_to_examine()
    {
        var (code, _, errors) = await WeirProgram.RunAsync("doctor");

        Assert.Equal(2, code);
        Assert.Contains("--source DIR", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JSON_has_the_limits_likely_origin_the_forecast_and_each_holders_times()
    {
        await using var deployment = await SandboxDeployment.StartAsync(
            new SandboxOptions { MaxConnections = 500 }
        );
        await using var one = await Clients.HoldAsync(deployment.ConnectionString, "journal", 5);
        await using var other = await Clients.HoldAsync(deployment.ConnectionString, "journal", 3);

        var (_, output, _) = await DoctorAsync(deployment, "--json");

        var server = JsonDocument.Parse(output).RootElement.GetProperty("servers")[0];
        Assert.Contains("Atlas M0", server.GetProperty("limitOrigin").GetString(), StringComparison.Ordinal);
        // Two clients of this driver: at most 10 connections each, and 2 of the monitor.
        Assert.Equal(24, server.GetProperty("forecast").GetInt32());
        var holder = Assert.Single(server.GetProperty("holders").EnumerateArray());
        Assert.Equal(2, holder.GetProperty("clients").GetInt32());
        Assert.InRange(holder.GetProperty("idleMedianSeconds").GetDouble(), 0.5, 60);
        Assert.InRange(holder.GetProperty("idleLongestSeconds").GetDouble(), 0.5, 60);
        Assert.Equal(0, holder.GetProperty("openedPerSecond").GetDouble());
        Assert.Equal(0, holder.GetProperty("closedPerSecond").GetDouble());
    }

    [Theory]
    [InlineData("soon", "'soon' is no duration")]
    [InlineData("2h", "at most 1h")]
    public async Task A_time_that_it_cannot_watch_for_is_told(string time, string said)
    {
        var (code, _, errors) = await WeirProgram.RunAsync("doctor", "mongodb://db", "--for", time);

        Assert.Equal(1, code);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_base_is_told_with_places_and_fixes()
    {
        var folder = Path.Combine(SourceTree.Root, "tests/Weir.Doctor.Tests/Source/Code/bad/incident-500");

        var (code, output, _) = await WeirProgram.RunAsync(
            "doctor",
            "--source",
            folder,
            "--fail-on",
            "warning"
        );

        Assert.Equal(1, code);
        Assert.Contains("src/utils/database.ts:9", output, StringComparison.Ordinal);
        Assert.Contains("start-all.sh:4", output, StringComparison.Ordinal);
        Assert.Contains("maxPoolSize: 10", output, StringComparison.Ordinal);
        Assert.Equal(2, (await WeirProgram.RunAsync("doctor", "--source", folder + "-not")).ExitCode);
    }

    private static Task<(int ExitCode, string Output, string Errors)> DoctorAsync(
        SandboxDeployment deployment,
        params string[] arguments
    ) => WeirProgram.RunAsync(["doctor", deployment.ConnectionString, "--for", "1s", .. arguments]);

    // As a server does that knows the user and not the privilege.
    private static async Task RefuseAsync(SandboxDeployment deployment, string command)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = Network.CreateDefault();
        await using var client = new Deployment(ConnectionString.Parse(deployment.ConnectionString), network);
        client.Start();
        var server = await client.SelectServerAsync(
            ReadPreference.Primary,
            write: true,
            cancellationToken: cancellation
        );
        await server.RunCommandAsync(
            "admin",
            new BsonDocument
            {
                ["configureFailPoint"] = "failCommand",
                ["mode"] = "alwaysOn",
                ["data"] = new BsonDocument
                {
                    ["failCommands"] = new BsonArray { command },
                    ["errorCode"] = 13,
                },
            },
            cancellation
        );
    }
}

using System.Text.Json;
using Weir.Sandbox;
using Weir.Testing;

namespace Weir.Doctor.Tests.Look;

/// <summary><c>weir status</c> and <c>weir top</c> of a deployment that has no Weir.</summary>
public sealed class LookTests
{
    private static readonly SandboxOptions ReplicaSet = new() { ReplicaSetName = "rs0", Members = 3 };

    [Fact]
    public async Task The_status_of_a_deployment_has_a_line_for_each_server()
    {
        await using var deployment = await SandboxDeployment.StartAsync(ReplicaSet);

        var (code, output, errors) = await WeirProgram.RunAsync("status", deployment.ConnectionString);

        Assert.True(code == 0, errors);
        Assert.StartsWith("ReplicaSetWithPrimary ", output, StringComparison.Ordinal);
        var lines = output.Split('\n').Select(l => l.Trim()).ToList();
        Assert.Contains("servers (3)", lines);
        Assert.All(
            deployment.Members,
            member =>
                Assert.Contains(
                    lines,
                    l =>
                        l.StartsWith(member.Address, StringComparison.Ordinal)
                        && l.Contains(
                            member == deployment.Primary ? "RSPrimary" : "RSSecondary",
                            StringComparison.Ordinal
                        )
                )
        );
    }

    [Fact]
    public async Task As_JSON_it_has_what_the_servers_count()
    {
        await using var deployment = await SandboxDeployment.StartAsync(
            new SandboxOptions { MaxConnections = 60 }
        );
        await using var client = await Clients.HoldAsync(deployment.ConnectionString, "journal", 20);

        var (code, output, errors) = await WeirProgram.RunAsync(
            "status",
            deployment.ConnectionString,
            "--json"
        );

        Assert.True(code == 0, errors);
        var server = JsonDocument.Parse(output).RootElement.GetProperty("servers")[0];
        Assert.InRange(server.GetProperty("connections").GetInt32(), 20, 30);
        Assert.Equal(
            60,
            server.GetProperty("connections").GetInt32() + server.GetProperty("free").GetInt32()
        );
    }

    [Theory]
    [InlineData("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1000", "Connection refused")]
    [InlineData("mongodb://db/?maxPoolSize", "'=' is missing")]
    [InlineData("127.0.0.1:1", "--admin")]
    public async Task What_does_not_answer_is_exit_code_1_with_the_reason(string target, string reason)
    {
        var (code, output, errors) = await WeirProgram.RunAsync("status", target);

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains(reason, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_shows_a_deployment_live_until_q_is_pressed()
    {
        Assert.SkipUnless(TerminalProgram.IsThere, "script is not installed");
        await using var deployment = await SandboxDeployment.StartAsync(ReplicaSet);
        await using var top = TerminalProgram.Start("top", deployment.ConnectionString, "--interval", "0.2");

        await top.SeeAsync("1 servers 3");
        await top.SeeAsync("operations/s");
        await top.TypeAsync("p");
        await top.SeeAsync("paused");
        await top.TypeAsync("q");

        Assert.Equal(0, await top.EndAsync());
    }

    [Fact]
    public async Task Top_needs_a_terminal()
    {
        var (code, _, errors) = await WeirProgram.RunAsync("top");

        Assert.Equal(1, code);
        Assert.Contains("weir status", errors, StringComparison.Ordinal);
    }
}

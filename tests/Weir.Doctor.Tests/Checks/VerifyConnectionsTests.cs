using System.Text.Json;
using Weir.Sandbox;

namespace Weir.Doctor.Tests.Checks;

/// <summary><c>weir verify connections</c> as a deploy script runs it.</summary>
public class VerifyConnectionsTests
{
    private const int OfPool = 12;

    [Fact]
    public async Task As_many_connections_as_allowed_pass_and_its_own_do_not_count()
    {
        await using var deployment = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var client = await Clients.HoldAsync(deployment.ConnectionString, "journal", OfPool);
        var monitors = await MonitorsAsync(deployment);

        var (code, verdict) = await VerifyAsync(deployment, "--max", $"{OfPool + monitors}");

        Assert.Equal(0, code);
        var server = verdict.GetProperty("servers")[0];
        Assert.Equal(OfPool + monitors, server.GetProperty("peak").GetInt32());
        Assert.Equal(2, server.GetProperty("own").GetInt32());
        Assert.Equal("journal", server.GetProperty("holders")[0].GetProperty("appName").GetString());
    }

    [Fact]
    public async Task One_more_than_allowed_fails_with_who_held_them()
    {
        await using var deployment = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var client = await Clients.HoldAsync(deployment.ConnectionString, "journal", OfPool);

        var (code, output, _) = await WeirProgram.RunAsync(
            "verify",
            "connections",
            deployment.ConnectionString,
            "--max",
            $"{OfPool}",
            "--for",
            "600ms"
        );

        Assert.Equal(1, code);
        Assert.Contains("FAIL", output, StringComparison.Ordinal);
        Assert.Contains("journal", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\x1b', output);
    }

    [Fact]
    public async Task Only_the_named_application_counts()
    {
        await using var deployment = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var many = await Clients.HoldAsync(deployment.ConnectionString, "journal", OfPool);
        await using var few = await Clients.HoldAsync(deployment.ConnectionString, "report", 1);

        var (code, _) = await VerifyAsync(deployment, "--max", "5", "--app", "report");

        Assert.Equal(0, code);
    }

    [Fact]
    public async Task Every_member_of_a_set_is_counted_by_itself()
    {
        var options = new SandboxOptions { ReplicaSetName = "rs0", Members = 3 };
        await using var deployment = await SandboxDeployment.StartAsync(options);

        var (code, verdict) = await VerifyAsync(deployment, "--max", "0");

        Assert.Equal(0, code);
        Assert.Equal(3, verdict.GetProperty("servers").GetArrayLength());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_neither_good_nor_bad()
    {
        var (code, _, errors) = await WeirProgram.RunAsync(
            "verify",
            "connections",
            "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300",
            "--max",
            "20"
        );

        Assert.Equal(2, code);
        Assert.Contains("127.0.0.1:1", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, JsonElement Verdict)> VerifyAsync(
        SandboxDeployment deployment,
        params string[] arguments
    )
    {
        var (code, output, errors) = await WeirProgram.RunAsync([
            "verify",
            "connections",
            deployment.ConnectionString,
            "--for",
            "600ms",
            "--json",
            .. arguments,
        ]);
        Assert.True(output.Length > 0, errors);
        return (code, JsonDocument.Parse(output).RootElement);
    }

    // The second of a monitor's connections is there once the first was answered.
    private static async Task<int> MonitorsAsync(SandboxDeployment deployment)
    {
        while (deployment.Members[0].Connections.Current < OfPool + 2)
        {
            await Task.Yield();
        }

        return 2;
    }
}

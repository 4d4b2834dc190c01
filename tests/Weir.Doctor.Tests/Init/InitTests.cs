using Weir.Sandbox;
using Weir.Testing;

namespace Weir.Doctor.Tests.Init;

/// <summary><c>weir init</c> with flags.</summary>
public sealed class InitTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-init-");

    private string File => Path.Combine(_folder.FullName, "weir.json");

    [Fact]
    public async Task It_writes_what_serve_accepts_and_the_applications_new_string()
    {
        await using var deployment = await SandboxDeployment.StartAsync(
            new SandboxOptions { ReplicaSetName = "rs0", MaxConnections = 500 }
        );
        var host = deployment.Members[0].Address;

        var (code, output, errors) = await InitAsync(
            $"mongodb://{host}/journal?replicaSet=rs0&appName=journal&retryWrites=true"
        );

        Assert.True(code == 0, errors);
        Assert.Contains(
            "mongodb://127.0.0.1:27018/journal?appName=journal&retryWrites=true",
            output,
            StringComparison.Ordinal
        );
        var written = await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken);
        Assert.Contains("replicaSet=rs0", written, StringComparison.Ordinal);
        Assert.Contains("maxPoolSize=10", written, StringComparison.Ordinal);
        var (check, _, problems) = await WeirProgram.RunAsync("serve", "--config", File, "--check-config");
        Assert.True(check == 0, problems);
    }

    [Fact]
    public async Task On_a_terminal_it_asks_for_what_no_flag_says()
    {
        Assert.SkipUnless(TerminalProgram.IsThere, "script is not installed");
        await using var deployment = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var init = TerminalProgram.Start("init", "--output", File);

        await init.SeeAsync("Connection string of your deployment");
        await init.TypeAsync("db1:27017\n");
        await init.SeeAsync("must be mongodb://");
        await init.TypeAsync(deployment.ConnectionString + "\n");
        await init.SeeAsync("Address for your application");
        await init.TypeAsync("\n");
        await init.SeeAsync("Connections to each server at most");
        await init.TypeAsync("7\n");
        var code = await init.EndAsync();

        Assert.True(code == 0, init.Shown);
        Assert.Contains("mongodb://127.0.0.1:27018/", init.Shown, StringComparison.Ordinal);
        Assert.Contains(
            "maxPoolSize=7",
            await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_password_is_not_written()
    {
        var user = new SandboxUser("app", "s3cret-word");
        await using var deployment = await SandboxDeployment.StartAsync(
            new SandboxOptions { Users = [user] }
        );

        var (code, output, errors) = await InitAsync(
            $"mongodb://app:s3cret-word@{deployment.Members[0].Address}/?authSource=admin"
        );

        Assert.True(code == 0, errors);
        var written = await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken);
        Assert.Contains("app:${MONGODB_PASSWORD}@", written, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", written + output + errors, StringComparison.Ordinal);
        Assert.Contains("MONGODB_PASSWORD", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_stays_as_it_is()
    {
        await System.IO.File.WriteAllTextAsync(File, "mine", TestContext.Current.CancellationToken);

        var (code, _, errors) = await InitAsync("mongodb://127.0.0.1:1/", "--no-check");

        Assert.Equal(1, code);
        Assert.Contains("--force", errors, StringComparison.Ordinal);
        Assert.Equal(
            "mine",
            await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken)
        );
        Assert.Equal(0, (await InitAsync("mongodb://127.0.0.1:1/", "--no-check", "--force")).Code);
    }

    [Fact]
    public async Task A_deployment_that_is_not_there_writes_nothing()
    {
        var (code, _, errors) = await InitAsync("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300");

        Assert.Equal(2, code);
        Assert.Contains("--no-check", errors, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<(int Code, string Output, string Errors)> InitAsync(string uri, params string[] more) =>
        WeirProgram.RunAsync(["init", "--upstream", uri, "--output", File, .. more]);
}

using Weir.Sandbox;
using Weir.Testing;

namespace Weir.Drivers.Tests;

/// <summary>Real drivers log in to <c>weir serve</c>, as users that <c>weir user</c> has added.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private const string Password = "p@ss/wörd";
    private const string Escaped = "p%40ss%2Fw%C3%B6rd";

    private readonly TestAuthority _authority = new();
    private SandboxDeployment _behind = null!;
    private WeirServe _weir = null!;

    public static TheoryData<Driver> Drivers =>
        [
            new Driver("node", "node", "./node/login.mjs"),
            new Driver("pymongo", "/usr/bin/python3", "./python/login.py"),
        ];

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        _behind = await SandboxDeployment.StartAsync(
            new SandboxOptions
            {
                Users = [new("writer", "w"), new SandboxUser("reader", "r") { IsReadOnly = true }],
            }
        );
        await WeirAsync(
            Password,
            "user",
            "add",
            "ada",
            "--file",
            File("users.json"),
            "--database",
            "admin",
            "--database",
            "login"
        );
        await WeirAsync(
            Password,
            "user",
            "add",
            "looker",
            "--file",
            File("users.json"),
            "--upstream-credential",
            "reader"
        );
        await WeirAsync(
            "",
            "user",
            "add",
            "jobs",
            "--file",
            File("users.json"),
            "--subject",
            "CN=jobs,O=Example"
        );
        _authority.WriteServer("server");
        var address = _behind.ConnectionString["mongodb://".Length..].TrimEnd('/');
        await System.IO.File.WriteAllTextAsync(
            File("weir.json"),
            $$"""
            {
              "upstreams": [ { "name": "main", "uri": "mongodb://writer:w@{{address}}/" } ],
              "credentials": [ { "name": "reader", "user": "reader", "password": "r" } ],
              "users": "users.json",
              "listeners": [
                {
                  "listen": "127.0.0.1:0",
                  "upstream": "main",
                  "tls": {
                    "certificateFile": "server.pem",
                    "keyFile": "server.key",
                    "authorityFile": "authority.pem",
                    "clientCertificates": "optional"
                  }
                }
              ]
            }
            """,
            cancellation
        );
        _weir = await WeirServe.StartAsync(["--config", File("weir.json")], cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _weir.DisposeAsync();
        await _behind.DisposeAsync();
        _authority.Dispose();
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task A_driver_logs_in_by_each_mechanism_and_works(Driver driver)
    {
        string[] expected =
        [
            """{"step":"read","ok":true,"saw":0}""",
            """{"step":"write","ok":true,"saw":true}""",
            """{"step":"concurrent","ok":true,"saw":20}""",
        ];
        foreach (
            var (user, options, name) in new[]
            {
                ($"ada:{Escaped}@", "", "ada@admin"),
                ($"ada:{Escaped}@", "&authSource=login", "ada@login"),
                ($"ada:{Escaped}@", "&authMechanism=SCRAM-SHA-256", "ada@admin"),
                ($"ada:{Escaped}@", "&authMechanism=SCRAM-SHA-1", "ada@admin"),
                (
                    "",
                    $"&authMechanism=MONGODB-X509&tlsCertificateKeyFile={_authority.WriteClient("CN=jobs,O=Example")}",
                    "CN=jobs,O=Example@$external"
                ),
            }
        )
        {
            var lines = await RunAsync(driver, user, options);

            Assert.Equal(expected, lines.Where(line => !line.Contains("whoami", StringComparison.Ordinal)));
            Assert.Contains($$"""{"step":"whoami","ok":true,"saw":"{{name}}"}""", lines);
        }
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task Users_of_two_upstream_credentials_have_the_rights_of_each(Driver driver)
    {
        var lines = await RunAsync(driver, $"looker:{Escaped}@", "");

        Assert.Contains("""{"step":"read","ok":true,"saw":0}""", lines);
        Assert.Contains("""{"step":"write","ok":false,"code":13}""", lines);
        Assert.Contains("""{"step":"whoami","ok":true,"saw":"looker@admin"}""", lines);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task Who_cannot_prove_to_be_a_user_is_told_so_and_does_nothing(Driver driver)
    {
        foreach (
            var (user, options, code) in new[]
            {
                ("ada:wrong@", "", 18),
                ("nobody:wrong@", "", 18),
                ("", "", 13),
                (
                    "",
                    $"&authMechanism=MONGODB-X509&tlsCertificateKeyFile={_authority.WriteClient("CN=other")}",
                    18
                ),
            }
        )
        {
            var lines = await RunAsync(driver, user, options);

            Assert.Contains($$"""{"step":"read","ok":false,"code":{{code}}}""", lines);
            Assert.Contains($$"""{"step":"write","ok":false,"code":{{code}}}""", lines);
        }

        Assert.Equal(0, (await _weir.StopAsync(TestContext.Current.CancellationToken)).ExitCode);
    }

    private string File(string name) => _authority.PathOf(name);

    private async Task<IReadOnlyList<string>> RunAsync(Driver driver, string user, string options)
    {
        var uri = $"mongodb://{user}{_weir.Address}/?tls=true&tlsCAFile={_authority.AuthorityFile}{options}";
        var cancellation = TestContext.Current.CancellationToken;
        return await Transcript.LinesOfAsync(driver, [uri], cancellation);
    }

    private static Task WeirAsync(string input, params string[] arguments) =>
        WeirServe.RunAsync(input, arguments, TestContext.Current.CancellationToken);
}

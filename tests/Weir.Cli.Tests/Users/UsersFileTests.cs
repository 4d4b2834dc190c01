using System.Text;
using Weir.Cli.Configuration;
using Weir.Cli.Users;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Cli.Tests.Users;

public class UsersFileTests
{
    // As MongoDB shows it with showCredentials.
    private const string Taken = """
        {
          "secret": "AAAAAAAAAAAAAAAAAAAAAA==",
          "users": [
            {
              "name": "ada",
              "databases": ["admin", "app"],
              "upstreamCredential": "writer",
              "credentials": {
                "SCRAM-SHA-256": {
                  "iterationCount": 15000,
                  "salt": "sC48qyA5+lMRnsFy9Eh5Rj5ZYV0uqPnS7yIjaw==",
                  "storedKey": "qBRbVVn4cGl+mAtPZpQ0Ks3hlyHBoX0o6UWmlvXQGlk=",
                  "serverKey": "lJ+SEnZ0LpUO2QeQX4tKxfU0nSIT9O3UqPWiYX5Y/X8="
                }
              }
            },
            { "name": "reports", "subject": "CN=reports,O=Example", "role": "admin" }
          ]
        }
        """;

    [Fact]
    public void Every_key_has_its_effect_and_is_written_as_it_was_read()
    {
        var users = UsersFile.Parse("users.json", Taken);

        Assert.Equal(["admin", "app"], users.Users[0].Databases);
        Assert.Equal("writer", users.Users[0].UpstreamCredential);
        Assert.Equal(15_000, users.Users[0].Credentials[0].Iterations);
        Assert.Equal(("CN=reports,O=Example", UserRole.Admin), (users.Users[1].Subject, users.Users[1].Role));
        var written = new MemoryStream();
        UsersFileWriter.Write(written, users);
        var again = new MemoryStream();
        UsersFileWriter.Write(
            again,
            UsersFile.Parse("users.json", Encoding.UTF8.GetString(written.ToArray()))
        );
        Assert.Equal(written.ToArray(), again.ToArray());
    }

    [Theory]
    [InlineData("""{ "users": [ { "name": "a" } ] }""", "users[0].credentials: are missing")]
    [InlineData("""{ "users": [ { "subject": "CN=a" } ] }""", "users[0].name: is missing")]
    [InlineData(
        """{ "users": [ { "name": "a", "password": "s3cret" } ] }""",
        "users[0].password: is not known here"
    )]
    [InlineData(
        """{ "users": [ { "name": "a", "subject": "a" } ] }""",
        "users[0].subject: \"a\" is no subject"
    )]
    [InlineData(
        """{ "users": [ { "name": "a", "credentials": { "PLAIN": {} } } ] }""",
        "users[0].credentials.PLAIN: is not known here"
    )]
    [InlineData(
        """{ "users": [ { "name": "a", "credentials": { "SCRAM-SHA-1": { "iterationCount": 1 } } } ] }""",
        "users[0].credentials.SCRAM-SHA-1: iterations: must be 4096 to"
    )]
    [InlineData(
        """{ "users": [ { "name": "a", "role": "king" } ] }""",
        "users[0].role: must be one of none, admin"
    )]
    [InlineData("""{ "secret": "***" }""", "secret: must be a text in base64")]
    [InlineData("""{ "secret": "AAAA" }""", "secret: must have 16 bytes at least, has 3")]
    [InlineData("[", "line 1: is not JSON")]
    public void An_error_names_its_key_and_no_secret(string text, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => UsersFile.Parse("users.json", text));

        Assert.Contains(error.Errors, one => one.StartsWith(expected, StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_replaced_whole_and_is_its_owners_alone()
    {
        var folder = Directory.CreateTempSubdirectory("weir-users-").FullName;
        try
        {
            var path = Path.Combine(folder, "users.json");
            UsersFileWriter.Write(path, UsersFile.Parse("users.json", Taken));
            UsersFileWriter.Write(path, UsersFile.Parse("users.json", Taken) with { Users = [] });

            Assert.Empty(UsersFile.Load(path).Users);
            Assert.Equal([path], Directory.GetFiles(folder));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

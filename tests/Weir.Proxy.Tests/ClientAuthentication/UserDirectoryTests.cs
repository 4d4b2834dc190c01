using Weir.Pooling.Authentication;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Proxy.Tests.ClientAuthentication;

/// <summary>Who is there, and how those look who are not.</summary>
public class UserDirectoryTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void A_user_is_found_in_each_of_its_databases_and_in_no_other()
    {
        UserDirectory users = Create(User("ada") with { Databases = ["admin", "app"] });

        Assert.NotNull(Look(users, "admin", "ada").User);
        Assert.NotNull(Look(users, "app", "ada").User);
        Assert.Null(Look(users, "other", "ada").User);
        Assert.Null(Look(users, "admin", "Ada").User);
    }

    [Fact]
    public void A_name_that_is_not_there_has_the_same_salt_every_time_and_after_a_restart()
    {
        ScramCredential first = Look(Create(User("ada")), "admin", "nobody").Credential;
        ScramCredential again = Look(Create(User("ada")), "admin", "nobody").Credential;
        ScramCredential other = Look(Create(User("ada")), "admin", "somebody").Credential;

        Assert.Equal(first.Salt.ToArray(), again.Salt.ToArray());
        Assert.NotEqual(first.Salt.ToArray(), other.Salt.ToArray());
        Assert.Equal(User("ada").Credentials[0].Salt.Length, first.Salt.Length);
    }

    [Fact]
    public void A_name_that_is_not_there_resembles_one_that_is()
    {
        UserSettings old = User("old") with { Credentials = [User("old").Credentials[1]] };
        UserDirectory users = Create(old);

        Assert.Equal([Mechanisms.ScramSha1], users.MechanismsOf("admin", "old"));
        Assert.Equal([Mechanisms.ScramSha1], users.MechanismsOf("admin", "nobody"));
    }

    [Fact]
    public void Nobody_resembles_a_user_without_a_password()
    {
        UserDirectory users = Create(
            new UserSettings { Name = "reports", Subject = "CN=reports" },
            User("ada")
        );

        Assert.Equal(2, users.MechanismsOf("admin", "reports").Count());
        Assert.Null(Look(users, "admin", "reports").User);
        Assert.Equal("reports", users.FindSubject(X509Subject.Parse("CN=reports")!)?.Settings.Name);
    }

    [Fact]
    public void Every_mistake_is_told_with_its_path()
    {
        var users = new ClientUsers
        {
            Secret = new byte[3],
            Users =
            [
                User("ada"),
                User("ada"),
                new() { Name = "empty" },
                User("x") with
                {
                    Databases = [],
                    Subject = "what",
                },
            ],
        };

        Assert.Equal(
            ["secret", "users[1].name", "users[2].credentials", "users[3].databases", "users[3].subject"],
            users.Validate().Select(error => error.Split(':')[0])
        );
    }

    [Fact]
    public void Nothing_prints_a_key()
    {
        UserSettings ada = User("ada");

        Assert.Equal("ada", ada.ToString());
        Assert.Equal("1 users", new ClientUsers { Secret = Secret, Users = [ada] }.ToString());
        Assert.Equal("SCRAM-SHA-256", ada.Credentials[0].ToString());
    }

    private static UserSettings User(string name) =>
        new() { Name = name, Credentials = ScramCredential.Derive(name, "secret of " + name) };

    private static UserDirectory Create(params UserSettings[] users) =>
        new(
            new() { Secret = Secret, Users = users },
            user => new User(user, new Identity(user.Name, "admin", UserRole.None), null)
        );

    private static (ScramCredential Credential, User? User) Look(
        UserDirectory users,
        string database,
        string name
    ) => (users.Look(ScramCredential.Find(Mechanisms.ScramSha256)!, database, name, out User? user), user);
}

using System.Text;
using Weir.Pooling.Authentication;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Tests.Authentication;

public class AuthenticatorTests
{
    private static readonly Credential Alice = new() { UserName = "alice", Password = "pencil" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Mechanisms.ScramSha1, false)]
    [InlineData(Mechanisms.ScramSha1, true)]
    [InlineData(Mechanisms.ScramSha256, false)]
    [InlineData(Mechanisms.ScramSha256, true)]
    public async Task A_named_mechanism_is_spoken_without_negotiation(string name, bool longConversation)
    {
        var server = Server(name, longConversation);
        var authentication = Authenticator.Create(Alice with { Mechanism = name, Source = "users" }).Begin();
        Assert.Null(authentication.NegotiateFor);
        await authentication.CompleteAsync([], server.RunAsync, Token);
        string[] expected = longConversation
            ? ["saslStart", "saslContinue", "saslContinue"]
            : ["saslStart", "saslContinue"];
        Assert.Equal(expected, server.Names);
        Assert.All(server.Asked, asked => Assert.Equal("users", asked.Database));
    }

    [Fact]
    public async Task A_speculative_reply_saves_a_round_trip()
    {
        var server = Server(Mechanisms.ScramSha256);
        var authentication = Authenticator.Create(Alice).Begin();
        var hello = new BsonDocument { ["hello"] = 1 };
        authentication.AddTo(hello);
        Assert.Equal("admin.alice", hello["saslSupportedMechs"].AsString);
        var speculative = hello["speculativeAuthenticate"].AsDocument;
        Assert.Equal("admin", speculative["db"].AsString);

        var reply = new BsonDocument { ["speculativeAuthenticate"] = server.Start(speculative), ["ok"] = 1 };
        await authentication.CompleteAsync(reply, server.RunAsync, Token);
        Assert.Equal(["saslContinue"], server.Names);
    }

    [Theory]
    [InlineData(new[] { "SCRAM-SHA-1", "SCRAM-SHA-256" }, Mechanisms.ScramSha256)]
    [InlineData(new[] { "SCRAM-SHA-256" }, Mechanisms.ScramSha256)]
    [InlineData(new[] { "SCRAM-SHA-1" }, Mechanisms.ScramSha1)]
    [InlineData(new[] { "PLAIN", "SCRAM-SHA-512" }, Mechanisms.ScramSha1)]
    [InlineData(new string[0], Mechanisms.ScramSha1)]
    [InlineData(null, Mechanisms.ScramSha1)]
    public async Task The_mechanism_is_chosen_from_what_the_server_offers(string[]? offered, string expected)
    {
        var server = Server(expected);
        var reply = new BsonDocument { ["ok"] = 1 };
        if (offered is not null)
        {
            reply["saslSupportedMechs"] = new BsonArray(offered.Select(m => (BsonValue)m));
        }
        await Authenticator.Create(Alice).Begin().CompleteAsync(reply, server.RunAsync, Token);
        Assert.Equal(["saslStart", "saslContinue"], server.Names);
    }

    [Fact]
    public async Task Reauthentication_holds_the_whole_conversation_again()
    {
        var server = Server(Mechanisms.ScramSha256);
        var authenticator = Authenticator.Create(Alice with { Mechanism = Mechanisms.ScramSha256 });
        await authenticator.Begin().CompleteAsync(null, server.RunAsync, Token);
        await authenticator.Begin().CompleteAsync(null, server.RunAsync, Token);
        Assert.Equal(["saslStart", "saslContinue", "saslStart", "saslContinue"], server.Names);
    }

    [Fact]
    public async Task A_server_that_does_not_know_the_password_is_not_trusted()
    {
        var server = new ScramServer(ScramMechanism.Sha256, "alice", "another password") { IsFalse = true };
        await Fails(server);
    }

    [Fact]
    public async Task A_server_that_asks_for_few_iterations_never_sees_a_proof()
    {
        var server = new ScramServer(ScramMechanism.Sha256, "alice", "pencil") { Iterations = 1000 };
        await Fails(server);
        Assert.Equal(["saslStart"], server.Names);
    }

    [Fact]
    public async Task A_conversation_that_never_ends_is_broken_off()
    {
        await Fails(new ScramServer(ScramMechanism.Sha256, "alice", "pencil") { NeverDone = true });
    }

    [Fact]
    public async Task A_reply_without_a_payload_is_an_authentication_failure()
    {
        var authentication = Authenticator.Create(Alice with { Mechanism = Mechanisms.ScramSha256 }).Begin();
        await Assert.ThrowsAsync<AuthenticationFailedException>(async () =>
            await authentication.CompleteAsync(null, (_, _, _) => new(new BsonDocument { ["ok"] = 1 }), Token)
        );
    }

    [Fact]
    public async Task The_servers_own_refusal_comes_through_as_it_is()
    {
        var server = new ScramServer(ScramMechanism.Sha256, "alice", "another password");
        var authentication = Authenticator.Create(Alice with { Mechanism = Mechanisms.ScramSha256 }).Begin();
        await Assert.ThrowsAsync<UnauthorizedAccessException>(async () =>
            await authentication.CompleteAsync(null, server.RunAsync, Token)
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("CN=client")]
    public async Task X509_authenticates_with_one_command(string? name)
    {
        var asked = new List<(string, BsonDocument)>();
        var credential = new Credential
        {
            Mechanism = Mechanisms.X509,
            Source = "$external",
            UserName = name,
        };
        var authentication = Authenticator.Create(credential).Begin();
        await authentication.CompleteAsync([], Record(asked), Token);
        var (database, command) = Assert.Single(asked);
        Assert.Equal("$external", database);
        Assert.Equal("MONGODB-X509", command["mechanism"].AsString);
        Assert.Equal(name is null ? BsonValue.Null : name, command.GetValueOrDefault("user"));

        // The server has done it already when it answers the speculative command.
        var reply = new BsonDocument { ["speculativeAuthenticate"] = new BsonDocument("user", "CN=client") };
        await Authenticator.Create(credential).Begin().CompleteAsync(reply, Record(asked), Token);
        Assert.Single(asked);
    }

    [Fact]
    public async Task PLAIN_sends_name_and_password_to_its_source()
    {
        var asked = new List<(string, BsonDocument)>();
        var credential = new Credential
        {
            Mechanism = Mechanisms.Plain,
            Source = "$external",
            UserName = "user",
            Password = "pencil",
        };
        var authentication = Authenticator.Create(credential).Begin();
        Assert.Null(authentication.Speculative);
        await authentication.CompleteAsync([], Record(asked), Token);
        var (database, command) = Assert.Single(asked);
        Assert.Equal("$external", database);
        Assert.Equal("AHVzZXIAcGVuY2ls", Convert.ToBase64String(command["payload"].AsBinary.Span));
    }

    [Theory]
    [InlineData(Mechanisms.Gssapi)]
    [InlineData(Mechanisms.Aws)]
    public void A_mechanism_that_Weir_does_not_have_is_named(string name)
    {
        var refusal = Assert.Throws<NotSupportedException>(() =>
            Authenticator.Create(Alice with { Mechanism = name })
        );
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_without_a_password_fails_before_anything_is_sent()
    {
        var failure = Assert.Throws<AuthenticationFailedException>(() =>
            Authenticator.Create(new Credential { UserName = "alice" })
        );
        Assert.Contains("password", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_shows_no_password()
    {
        Assert.DoesNotContain("pencil", Alice.ToString(), StringComparison.Ordinal);
        Assert.Equal(Alice, new Credential { UserName = "alice", Password = "pencil" });
        Assert.NotEqual(Alice, Alice with { Password = "pen" });
    }

    private static async Task Fails(ScramServer server)
    {
        var authentication = Authenticator.Create(Alice with { Mechanism = Mechanisms.ScramSha256 }).Begin();
        await Assert.ThrowsAsync<AuthenticationFailedException>(async () =>
            await authentication.CompleteAsync(null, server.RunAsync, Token)
        );
    }

    private static ScramServer Server(string name, bool longConversation = false) =>
        new(name == Mechanisms.ScramSha1 ? ScramMechanism.Sha1 : ScramMechanism.Sha256, "alice", "pencil")
        {
            LongConversation = longConversation,
        };

    private static RunCommand Record(List<(string, BsonDocument)> asked) =>
        (database, command, _) =>
        {
            asked.Add((database, command));
            return new(
                new BsonDocument
                {
                    ["done"] = true,
                    ["payload"] = Encoding.UTF8.GetBytes(""),
                    ["ok"] = 1,
                }
            );
        };
}

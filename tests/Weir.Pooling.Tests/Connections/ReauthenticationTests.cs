using Weir.Pooling.Authentication;
using Weir.Pooling.Connections;
using Weir.Pooling.Tests.Authentication;
using Weir.Protocol.Bson;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Pooling.Tests.Connections;

public sealed class ReauthenticationTests
{
    private static readonly Credential s_alice = new() { UserName = "alice", Password = "pencil" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_expired_credential_is_renewed_on_the_connection_without_a_hello_and_by_the_same_mechanism()
    {
        // On the real clock: keys are derived on another thread, for which virtual time does not wait.
        var scram = new ScramServer(ScramMechanism.Sha256, "alice", "pencil");
        var expired = true;
        await using var network = new MemoryNetwork();
        await using var server = new ScriptedServer(
            network,
            async command =>
                command[0].Name switch
                {
                    "isMaster" => new BsonDocument(ScriptedServer.Hello)
                    {
                        ["saslSupportedMechs"] = new BsonArray { "SCRAM-SHA-256" },
                        ["speculativeAuthenticate"] = scram.Start(
                            command["speculativeAuthenticate"].AsDocument
                        ),
                    },
                    "ping" when expired => Error(391),
                    "ping" => new BsonDocument("ok", 1),
                    _ => await scram.RunAsync("admin", command, Token),
                }
        );
        await using var connection = await OpenAsync(network, TimeProvider.System);
        var error = await Assert.ThrowsAsync<CommandException>(async () => await PingAsync(connection));
        Assert.True(connection.MayReauthenticate(error));
        expired = false;
        await connection.ReauthenticateAsync(Token);
        await PingAsync(connection);
        Assert.Equal(
            ["isMaster", "saslContinue", "ping", "saslStart", "saslContinue", "ping"],
            server.Asked.Select(static c => c[0].Name)
        );
    }

    [Fact]
    public void A_connection_that_cannot_be_renewed_is_of_no_more_use() =>
        VirtualTime.Run(async time =>
        {
            var isLost = false;
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                command =>
                    ScriptedServer.Reply(
                        command[0].Name == "isMaster" ? ScriptedServer.Hello
                        : isLost ? Error(18)
                        : new BsonDocument { ["done"] = true, ["ok"] = 1 }
                    )
            );
            var plain = s_alice with { Mechanism = Mechanisms.Plain };
            await using var connection = await OpenAsync(network, time.Clock, plain);
            isLost = true;
            var error = await Assert.ThrowsAsync<CommandException>(async () =>
                await connection.ReauthenticateAsync(Token)
            );
            Assert.Equal(18, error.Code);
            Assert.False(connection.IsUsable);
        });

    [Fact]
    public void Without_a_credential_and_for_other_errors_there_is_nothing_to_renew() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                static command =>
                    ScriptedServer.Reply(
                        command[0].Name switch
                        {
                            "isMaster" => ScriptedServer.Hello,
                            "ping" => Error(13),
                            _ => new BsonDocument { ["done"] = true, ["ok"] = 1 },
                        }
                    )
            );
            await using var nobody = await new ConnectionOpener(
                network,
                new ConnectionSettings(),
                time.Clock
            ).OpenAsync(ScriptedServer.Address, 1, Token);
            Assert.False(
                nobody.MayReauthenticate(new CommandException(ScriptedServer.Address, "ping", Error(391)))
            );
            await using var alice = await OpenAsync(
                network,
                time.Clock,
                s_alice with
                {
                    Mechanism = Mechanisms.Plain,
                }
            );
            var error = await Assert.ThrowsAsync<CommandException>(async () => await PingAsync(alice));
            Assert.False(alice.MayReauthenticate(error));
        });

    private static BsonDocument Error(int code) =>
        new()
        {
            ["ok"] = 0,
            ["code"] = code,
            ["errmsg"] = "no",
        };

    private static async Task PingAsync(ServerConnection connection) =>
        await connection.RunCommandAsync("admin", new BsonDocument("ping", 1), Token);

    private static ValueTask<ServerConnection> OpenAsync(
        MemoryNetwork network,
        TimeProvider time,
        Credential? credential = null
    ) =>
        new ConnectionOpener(
            network,
            new ConnectionSettings { Credential = credential ?? s_alice },
            time
        ).OpenAsync(ScriptedServer.Address, 1, Token);
}

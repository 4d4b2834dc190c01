using Weir.Pooling.Authentication;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Pooling.Tests.Connections;

public sealed class MessageCompressionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zlib,snappy", CompressorId.Zlib)]
    [InlineData("zstd,snappy,zlib", CompressorId.Zstd)]
    public void The_first_compressor_of_the_string_that_the_server_has_is_used(
        string compressors,
        CompressorId replies
    ) =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(network, Answer("snappy", "zlib", "zstd"));
            await using var connection = await OpenAsync(network, time, compressors);
            Assert.Equal(
                compressors.Split(','),
                server.Asked[0]["compression"].AsArray.Select(static name => name.AsString)
            );

            server.Compressor = replies;
            var reply = await connection.RunCommandAsync("admin", new BsonDocument("ping", 1), Token);
            Assert.Equal(1, reply["ok"].ToInt32());
            // A reply may come as it is, too.
            server.Compressor = CompressorId.Noop;
            await connection.RunCommandAsync("admin", new BsonDocument("ping", 2), Token);
            Assert.Equal([OpCode.Msg, OpCode.Compressed, OpCode.Compressed], server.OpCodes);
            Assert.True(connection.IsUsable);
        });

    [Fact]
    public void The_handshake_authentication_and_passwords_are_never_compressed() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(network, Answer("zlib"));
            var settings = Settings("zlib") with
            {
                Credential = new Credential
                {
                    Mechanism = Mechanisms.Plain,
                    Source = "$external",
                    UserName = "u",
                    Password = "p",
                },
            };
            await using var connection = await new ConnectionOpener(network, settings, time.Clock).OpenAsync(
                ScriptedServer.Address,
                1,
                Token
            );
            foreach (
                var secret in (string[])["createUser", "updateUser", "hello", "isMaster", "authenticate"]
            )
            {
                await connection.RunCommandAsync("app", new BsonDocument(secret, 1), Token);
            }

            Assert.Equal("saslStart", server.Asked[1][0].Name);
            Assert.All(server.OpCodes, static code => Assert.Equal(OpCode.Msg, code));
        });

    [Fact]
    public void With_nothing_in_common_nothing_is_compressed_and_without_compressors_nothing_is_offered() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(network, Answer("zstd"));
            await using (var connection = await OpenAsync(network, time, "snappy"))
            {
                await connection.RunCommandAsync("admin", new BsonDocument("ping", 1), Token);
            }

            await using var plain = await new ConnectionOpener(
                network,
                new ConnectionSettings(),
                time.Clock
            ).OpenAsync(ScriptedServer.Address, 1, Token);
            Assert.False(server.Asked[^1].Contains("compression"));
            Assert.All(server.OpCodes, static code => Assert.Equal(OpCode.Msg, code));
        });

    [Fact]
    public void Even_the_answer_to_hello_may_come_compressed_and_a_large_one_is_expanded_whole() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(network, Answer("zlib"))
            {
                Compressor = CompressorId.Zlib,
            };
            await using var connection = await OpenAsync(network, time, "zlib");
            Assert.Equal(25, connection.Hello.MaxWireVersion);
            var large = await connection.RunCommandAsync("app", new BsonDocument("large", 1), Token);
            Assert.Equal(3_000_000, large["text"].AsString.Length);
            Assert.True(connection.IsUsable);
        });

    [Fact]
    public void A_damaged_reply_ends_the_connection() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(network, Answer("zlib"));
            await using var connection = await OpenAsync(network, time, "zlib");
            server.Compressor = CompressorId.Zlib;
            server.Damage = 9;
            var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
                await connection.RunCommandAsync("admin", new BsonDocument("ping", 1), Token)
            );
            Assert.Contains("a compressed reply is not understood", error.Message, StringComparison.Ordinal);
            Assert.False(connection.IsUsable);
        });

    private static ConnectionSettings Settings(string compressors) =>
        ConnectionSettings.From(
            ConnectionString.Parse($"mongodb://scripted.test/?compressors={compressors}")
        );

    private static ValueTask<ServerConnection> OpenAsync(
        MemoryNetwork network,
        VirtualTime time,
        string compressors
    ) =>
        new ConnectionOpener(network, Settings(compressors), time.Clock).OpenAsync(
            ScriptedServer.Address,
            1,
            Token
        );

    private static Func<BsonDocument, Task<BsonDocument?>> Answer(params string[] compressors) =>
        command =>
            ScriptedServer.Reply(
                command[0].Name switch
                {
                    "isMaster" => new BsonDocument(ScriptedServer.Hello)
                    {
                        ["compression"] = new BsonArray(compressors.Select(static name => (BsonValue)name)),
                    },
                    "large" => new BsonDocument { ["text"] = new string('x', 3_000_000), ["ok"] = 1 },
                    _ => new BsonDocument { ["done"] = true, ["ok"] = 1 },
                }
            );
}

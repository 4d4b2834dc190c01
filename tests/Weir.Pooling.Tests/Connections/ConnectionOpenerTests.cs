using Weir.Pooling.Authentication;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Pooling.Tests.Connections;

public sealed class ConnectionOpenerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ConnectionOpener Opener(
        Network network,
        VirtualTime time,
        ConnectionSettings? settings = null
    ) => new(network, settings ?? new ConnectionSettings(), time.Clock);

    [Fact]
    public void The_first_message_introduces_Weir_under_the_legacy_name() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                static _ => ScriptedServer.Reply(ScriptedServer.Hello)
            );
            var settings = new ConnectionSettings { AppName = "journal" };
            await using var connection = await Opener(network, time, settings)
                .OpenAsync(ScriptedServer.Address, 5, Token);

            var hello = Assert.Single(server.Asked);
            Assert.Equal("isMaster", hello[0].Name);
            Assert.True(hello["helloOk"].AsBoolean);
            Assert.Equal("2", hello["backpressure"].AsString);
            Assert.Equal("admin", hello["$db"].AsString);
            Assert.Equal("Weir", hello["client"].AsDocument["driver"].AsDocument["name"].AsString);
            Assert.Equal("journal", hello["client"].AsDocument["application"].AsDocument["name"].AsString);
            Assert.False(hello.Contains("loadBalanced"));
            Assert.Equal(
                (5L, 7L, 25),
                (connection.Id, connection.Hello.ConnectionId, connection.Hello.MaxWireVersion)
            );
            Assert.True(connection.IsUsable);
        });

    [Fact]
    public void A_declared_api_version_is_in_every_command_and_asks_for_hello() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                static _ => ScriptedServer.Reply(ScriptedServer.Hello)
            );
            var settings = new ConnectionSettings { ServerApiVersion = "1" };
            await using var connection = await Opener(network, time, settings)
                .OpenAsync(ScriptedServer.Address, 1, Token);
            await connection.RunCommandAsync("admin", new BsonDocument("ping", 1), Token);
            Assert.Equal(["hello", "ping"], server.Asked.Select(static c => c[0].Name));
            Assert.All(server.Asked, static c => Assert.Equal("1", c["apiVersion"].AsString));
        });

    [Fact]
    public void Behind_a_load_balancer_hello_says_so_and_the_reply_has_to_name_a_service() =>
        VirtualTime.Run(async time =>
        {
            var service = ObjectId.New();
            var hello = ScriptedServer.Hello;
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(network, _ => ScriptedServer.Reply(hello));
            var opener = Opener(network, time, new ConnectionSettings { LoadBalanced = true });
            var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
                await opener.OpenAsync(ScriptedServer.Address, 1, Token)
            );
            Assert.Contains(
                "Driver attempted to initialize in load balancing mode, but the server does not support this mode.",
                error.Message,
                StringComparison.Ordinal
            );

            hello["serviceId"] = service;
            await using var connection = await opener.OpenAsync(ScriptedServer.Address, 2, Token);
            Assert.Equal(service, connection.Hello.ServiceId);
            Assert.True(server.Asked[1]["loadBalanced"].AsBoolean);
            Assert.Equal("hello", server.Asked[1][0].Name);
        });

    [Fact]
    public void A_server_that_is_not_there_is_named_with_the_overload_labels() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
                await Opener(network, time).OpenAsync(ScriptedServer.Address, 1, Token)
            );
            Assert.StartsWith("scripted.test:27017: cannot connect", error.Message, StringComparison.Ordinal);
            Assert.Equal(ConnectionStage.Connect, error.Stage);
            Assert.True(error.HasLabel(ErrorLabels.SystemOverloadedError));
            Assert.True(error.HasLabel(ErrorLabels.RetryableError));
        });

    [Fact]
    public void A_server_that_hangs_up_during_hello_may_be_overloaded() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(network, static _ => ScriptedServer.Reply(null));
            var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
                await Opener(network, time).OpenAsync(ScriptedServer.Address, 1, Token)
            );
            Assert.Equal("scripted.test:27017: the server closed the connection", error.Message);
            Assert.Equal(ConnectionStage.Hello, error.Stage);
            Assert.True(error.HasLabel(ErrorLabels.SystemOverloadedError));
        });

    [Fact]
    public void A_server_that_hangs_up_during_authentication_is_not_said_to_be_overloaded() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                static command =>
                    ScriptedServer.Reply(command[0].Name == "isMaster" ? ScriptedServer.Hello : null)
            );
            var credential = new Credential { UserName = "u", Password = "p" };
            var opener = Opener(network, time, new ConnectionSettings { Credential = credential });
            var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
                await opener.OpenAsync(ScriptedServer.Address, 1, Token)
            );
            Assert.Equal(ConnectionStage.Authentication, error.Stage);
            Assert.True(error.HandshakeCompleted);
            Assert.Empty(error.Labels);
            Assert.True(server.Asked[0].Contains("speculativeAuthenticate"));
            Assert.Equal("admin.u", server.Asked[0]["saslSupportedMechs"].AsString);
        });

    [Fact]
    public void A_monitor_does_not_authenticate() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                static _ => ScriptedServer.Reply(ScriptedServer.Hello)
            );
            var credential = new Credential { UserName = "u", Password = "p" };
            var opener = Opener(network, time, new ConnectionSettings { Credential = credential });
            await using var connection = await opener.OpenMonitorAsync(ScriptedServer.Address, 1, Token);
            Assert.False(Assert.Single(server.Asked).Contains("speculativeAuthenticate"));
        });

    [Fact]
    public void A_server_that_refuses_hello_is_quoted() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                static _ =>
                    ScriptedServer.Reply(
                        new BsonDocument
                        {
                            ["ok"] = 0,
                            ["code"] = 91,
                            ["codeName"] = "ShutdownInProgress",
                            ["errmsg"] = "going down",
                            ["errorLabels"] = new BsonArray { "Custom" },
                        }
                    )
            );
            var error = await Assert.ThrowsAsync<CommandException>(async () =>
                await Opener(network, time).OpenAsync(ScriptedServer.Address, 1, Token)
            );
            Assert.Equal(
                "scripted.test:27017: isMaster failed with error 91 (ShutdownInProgress): going down",
                error.Message
            );
            Assert.Equal(
                (91, "ShutdownInProgress", ConnectionStage.Hello),
                (error.Code, error.CodeName, error.Stage)
            );
            Assert.Equal(["Custom"], error.Labels);
        });

    [Fact]
    public void The_connect_timeout_is_named_when_the_server_says_nothing() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                async _ =>
                {
                    await time.Delay(TimeSpan.FromSeconds(60));
                    return ScriptedServer.Hello;
                }
            );
            var opener = Opener(
                network,
                time,
                new ConnectionSettings { ConnectTimeout = TimeSpan.FromSeconds(2) }
            );
            var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
                await opener.OpenAsync(ScriptedServer.Address, 1, Token)
            );
            Assert.True(error.IsTimeout);
            Assert.Contains("connectTimeoutMS (2000 ms", error.Message, StringComparison.Ordinal);
            Assert.True(error.HasLabel(ErrorLabels.SystemOverloadedError));
            Assert.Equal(TimeSpan.FromSeconds(2), time.Clock.Elapsed);
        });

    [Fact]
    public void A_cancellation_ends_the_opening_at_once() =>
        VirtualTime.Run(async time =>
        {
            await using var network = new MemoryNetwork();
            await using var server = new ScriptedServer(
                network,
                async _ =>
                {
                    await time.Delay(TimeSpan.FromSeconds(60));
                    return null;
                }
            );
            using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(1), time.Clock);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                await Opener(network, time).OpenAsync(ScriptedServer.Address, 1, cancellation.Token)
            );
            Assert.Equal(TimeSpan.FromSeconds(1), time.Clock.Elapsed);
        });
}

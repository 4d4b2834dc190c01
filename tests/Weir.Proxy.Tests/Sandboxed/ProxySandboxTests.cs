using Weir.Protocol.Bson;
using Weir.Proxy.Tests.Scripted;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Proxy.Tests.Sandboxed;

public class ProxySandboxTests
{
    private static readonly SandboxOptions ReplicaSet = new() { Members = 3, ReplicaSetName = "rs" };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Writes_reads_and_cursors_work_through_the_pool(bool replicaSet)
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(
            replicaSet ? ReplicaSet : new(),
            "maxPoolSize=2"
        );
        await using RawClient client = await stage.ConnectAsync();
        Ok(await client.RunAsync(new() { ["ping"] = 1 }));
        Ok(await client.RunAsync(new() { ["insert"] = "c", ["documents"] = Documents(1000) }));

        BsonDocument reply = await client.RunAsync(new() { ["find"] = "c", ["batchSize"] = 50 });
        int seen = reply["cursor"].AsDocument["firstBatch"].AsArray.Count;
        while (reply["cursor"].AsDocument["id"].AsInt64 is var id && id != 0)
        {
            reply = Ok(
                await client.RunAsync(
                    new()
                    {
                        ["getMore"] = id,
                        ["collection"] = "c",
                        ["batchSize"] = 50,
                    }
                )
            );
            seen += reply["cursor"].AsDocument["nextBatch"].AsArray.Count;
        }

        Assert.Equal(1000, seen);
        Assert.Equal(0, stage.Proxy.Statistics.Cursors);
    }

    [Theory]
    [InlineData("snappy")]
    [InlineData("zstd")]
    [InlineData("zlib")]
    public async Task Compression_towards_the_server_is_its_own_matter_and_nobodys_bytes_are_changed(
        string compressor
    )
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(
            ReplicaSet,
            $"maxPoolSize=2&compressors={compressor}"
        );
        await using RawClient client = await stage.ConnectAsync();
        var random = new Random(5);
        byte[] noise = new byte[3_000_000];
        random.NextBytes(noise);
        BsonArray documents = Documents(2_000);
        documents.Add(new BsonDocument { ["_id"] = "noise", ["bytes"] = new BsonBinary(0, noise) });
        documents.Add(
            new BsonDocument { ["_id"] = "zeros", ["bytes"] = new BsonBinary(0, new byte[9_000_000]) }
        );
        Ok(await client.RunAsync(new() { ["insert"] = "c", ["documents"] = documents }));

        BsonDocument reply = Ok(await client.RunAsync(new() { ["find"] = "c", ["batchSize"] = 3_000 }));

        Assert.Equal(documents, reply["cursor"].AsDocument["firstBatch"].AsArray);
        // Nine million zeros went and came in far fewer bytes.
        BsonDocument status = await client.RunAsync(new() { ["serverStatus"] = 1, ["$db"] = "admin" });
        Assert.InRange(status["network"].AsDocument["bytesIn"].ToInt64(), 3_000_000, 6_000_000);
        Assert.InRange(status["network"].AsDocument["bytesOut"].ToInt64(), 3_000_000, 6_000_000);
        Assert.Equal(0, stage.Proxy.Statistics.BufferedBytes);
    }

    [Fact]
    public async Task Cursors_of_many_clients_are_kept_apart()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(
            ReplicaSet,
            "maxPoolSize=3&minPoolSize=0"
        );
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(n =>
                    Task.Run(async () =>
                    {
                        await using RawClient client = await stage.ConnectAsync();
                        string collection = $"c{n}";
                        Ok(
                            await client.RunAsync(
                                new() { ["insert"] = collection, ["documents"] = Documents(300, n) }
                            )
                        );
                        BsonDocument reply = await client.RunAsync(
                            new() { ["find"] = collection, ["batchSize"] = 7 }
                        );
                        List<BsonValue> all = [.. reply["cursor"].AsDocument["firstBatch"].AsArray];
                        while (reply["cursor"].AsDocument["id"].AsInt64 is var id && id != 0)
                        {
                            reply = Ok(
                                await client.RunAsync(
                                    new()
                                    {
                                        ["getMore"] = id,
                                        ["collection"] = collection,
                                        ["batchSize"] = 7,
                                    }
                                )
                            );
                            all.AddRange(reply["cursor"].AsDocument["nextBatch"].AsArray);
                        }
                        Assert.Equal(300, all.Count);
                        Assert.All(all, d => Assert.Equal(n, d.AsDocument["n"].AsInt32));
                    })
                )
        );

        // The primary's pool and its two monitoring connections.
        Assert.InRange(stage.Sandbox.Members[0].Connections.Peak, 1, 3 + 2);
    }

    [Fact]
    public async Task killCursors_with_cursors_of_several_servers_kills_each_on_its_own()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(ReplicaSet);
        await using RawClient client = await stage.ConnectAsync();
        Ok(await client.RunAsync(new() { ["insert"] = "c", ["documents"] = Documents(10) }));
        var ids = new BsonArray();
        foreach (string mode in new[] { "primary", "secondary" })
        {
            BsonDocument reply = Ok(
                await client.RunAsync(
                    new()
                    {
                        ["find"] = "c",
                        ["batchSize"] = 2,
                        ["$readPreference"] = new BsonDocument { ["mode"] = mode },
                    }
                )
            );
            ids.Add(reply["cursor"].AsDocument["id"]);
        }
        Assert.Equal(2, stage.Sandbox.Members.Count(m => m.OpenCursors == 1));
        ids.Add(12345L);

        BsonDocument killed = Ok(await client.RunAsync(new() { ["killCursors"] = "c", ["cursors"] = ids }));

        Assert.Equivalent(
            ids.Take(2).Select(id => id.AsInt64),
            killed["cursorsKilled"].AsArray.Select(id => id.AsInt64)
        );
        Assert.Equal([12345L], killed["cursorsNotFound"].AsArray.Select(id => id.AsInt64));
        Assert.All(stage.Sandbox.Members, m => Assert.Equal(0, m.OpenCursors));
    }

    [Fact]
    public async Task killSessions_reaches_every_server_and_ends_what_runs_there()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(ReplicaSet);
        await using RawClient client = await stage.ConnectAsync();
        Ok(await client.RunAsync(new() { ["insert"] = "c", ["documents"] = Documents(10) }));
        Ok(await client.RunAsync(Begin("update", Messages.Lsid(1))));
        Ok(
            await client.RunAsync(
                new()
                {
                    ["find"] = "c",
                    ["batchSize"] = 2,
                    ["lsid"] = Messages.Lsid(2),
                    ["$readPreference"] = new BsonDocument { ["mode"] = "secondary" },
                }
            )
        );

        Ok(
            await client.RunAsync(
                new()
                {
                    ["killSessions"] = new BsonArray { Messages.Lsid(1), Messages.Lsid(2) },
                    ["$db"] = "admin",
                }
            )
        );

        Assert.All(stage.Sandbox.Members, m => Assert.Equal(1, m.CommandCount("killSessions")));
        Assert.All(stage.Sandbox.Members, m => Assert.Equal(0, m.OpenCursors));
        Assert.Empty(stage.Proxy.ListTransactions());
        BsonDocument commit = await client.RunAsync(
            new()
            {
                ["commitTransaction"] = 1,
                ["lsid"] = Messages.Lsid(1),
                ["txnNumber"] = 1L,
                ["autocommit"] = false,
                ["$db"] = "admin",
            }
        );
        Assert.Equal(251, commit["code"].AsInt32);
    }

    [Fact]
    public async Task A_transactions_pin_lasts_as_long_as_the_server_says()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(
            ReplicaSet with
            {
                TransactionLifetime = TimeSpan.FromSeconds(1),
            }
        );
        await using RawClient client = await stage.ConnectAsync();
        Ok(await client.RunAsync(new() { ["insert"] = "c", ["documents"] = Documents(1) }));
        Ok(await client.RunAsync(Begin("update", Messages.Lsid(1))));
        Assert.Single(stage.Proxy.ListTransactions());

        await ProxyStage.UntilAsync(
            () => stage.Proxy.Statistics.Transactions == 0,
            "the pin is forgotten",
            TimeSpan.FromSeconds(60)
        );

        Assert.Equal(1, stage.Sandbox.Primary!.CommandCount("getParameter"));
    }

    private static BsonDocument Begin(string command, BsonDocument session) =>
        new()
        {
            [command] = "c",
            ["updates"] = Update(0, 5),
            ["lsid"] = session,
            ["txnNumber"] = 1L,
            ["startTransaction"] = true,
            ["autocommit"] = false,
        };

    [Fact]
    public async Task A_step_down_is_not_seen_by_reads_nor_by_retryable_writes()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(
            ReplicaSet with
            {
                ElectionDelay = TimeSpan.FromMilliseconds(50),
            },
            "heartbeatFrequencyMS=500"
        );
        await using RawClient client = await stage.ConnectAsync();
        Ok(await client.RunAsync(new() { ["insert"] = "c", ["documents"] = Documents(1) }));

        for (int i = 1; i <= 3; i++)
        {
            await stage.Sandbox.StepDownAsync();
            Ok(
                await client.RunAsync(
                    new()
                    {
                        ["insert"] = "c",
                        ["documents"] = new BsonArray { new BsonDocument { ["_id"] = 100 + i } },
                        ["lsid"] = Messages.Lsid(1),
                        ["txnNumber"] = (long)i,
                    }
                )
            );
        }

        BsonDocument reply = Ok(await client.RunAsync(new() { ["find"] = "c" }));
        Assert.Equal(4, reply["cursor"].AsDocument["firstBatch"].AsArray.Count);
    }

    [Fact]
    public async Task A_transaction_of_a_client_that_goes_is_aborted_at_once()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(ReplicaSet);
        await using RawClient other = await stage.ConnectAsync();
        Ok(await other.RunAsync(new() { ["insert"] = "c", ["documents"] = Documents(1) }));
        RawClient client = await stage.ConnectAsync();
        Ok(
            await client.RunAsync(
                new()
                {
                    ["update"] = "c",
                    ["updates"] = Update(0, 5),
                    ["lsid"] = Messages.Lsid(1),
                    ["txnNumber"] = 1L,
                    ["startTransaction"] = true,
                    ["autocommit"] = false,
                }
            )
        );

        client.Kill();

        await ProxyStage.UntilAsync(
            () => stage.Proxy.Statistics.Transactions == 0,
            "the transaction is forgotten"
        );
        BsonDocument reply;
        do
        {
            reply = await other.RunAsync(
                new()
                {
                    ["update"] = "c",
                    ["updates"] = Update(0, 6),
                    ["lsid"] = Messages.Lsid(2),
                    ["txnNumber"] = 1L,
                    ["maxTimeMS"] = 1000,
                }
            );
        } while (reply["ok"].ToInt32() == 0);
        Assert.Equal(1, reply["nModified"].ToInt32());
    }

    [Fact]
    public async Task Reads_that_prefer_a_secondary_leave_the_primary_alone()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(ReplicaSet, "minPoolSize=0");
        await using RawClient client = await stage.ConnectAsync();

        for (int i = 0; i < 10; i++)
        {
            BsonDocument hello = Ok(
                await client.RunAsync(
                    new()
                    {
                        ["find"] = "c",
                        ["$readPreference"] = new BsonDocument { ["mode"] = "secondary" },
                    }
                )
            );
            Assert.NotNull(hello);
        }

        Assert.Equal(
            0,
            stage
                .Proxy.Deployments["default"]
                .Servers.Single(s => s.Description.Type == Pooling.Topologies.ServerType.RSPrimary)
                .Pool.Statistics.CheckedOut
        );
    }

    [Fact]
    public async Task Retryable_writes_of_a_driver_that_takes_Weir_for_a_mongos_work_on_a_standalone()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(new());
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument reply = Ok(
            await client.RunAsync(
                new()
                {
                    ["insert"] = "c",
                    ["documents"] = Documents(1),
                    ["lsid"] = Messages.Lsid(1),
                    ["txnNumber"] = 1L,
                }
            )
        );

        Assert.Equal(1, reply["n"].ToInt32());
    }

    private static BsonDocument Ok(BsonDocument reply)
    {
        Assert.True(reply["ok"].ToInt32() == 1, reply.ToString());
        return reply;
    }

    private static BsonArray Documents(int count, int n = 0) =>
        new(Enumerable.Range(0, count).Select(i => (BsonValue)new BsonDocument { ["_id"] = i, ["n"] = n }));

    private static BsonArray Update(int id, int n) =>
        [
            new BsonDocument
            {
                ["q"] = new BsonDocument { ["_id"] = id },
                ["u"] = new BsonDocument { ["$set"] = new BsonDocument { ["n"] = n } },
            },
        ];
}

using Weir.Protocol.Bson;
using Weir.Proxy.Tests.Scripted;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Proxy.Tests.Sandboxed;

/// <summary>Change streams that wait for events on far fewer connections than there are streams.</summary>
public class LongPollTests(ITestOutputHelper output)
{
    private const int Streams = 1_000;

    /// <summary>Longer than the test: no stream's getMore is answered without an event.</summary>
    private const int Patient = 600_000;

    [Fact]
    public async Task A_thousand_change_streams_wait_on_four_connections_and_hear_an_event_within_two_slices()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(
            new SandboxOptions { ReplicaSetName = "rs" },
            "maxPoolSize=4&minPoolSize=0",
            LoopNetwork.Create(2)
        );
        SandboxMember server = stage.Sandbox.Primary!;
        var streams = new RawClient[Streams];
        try
        {
            for (int n = 0; n < Streams; n++)
            {
                streams[n] = await stage.ConnectAsync();
                long id = await WatchAsync(streams[n], n);
                await streams[n].SendAsync(GetMore(id, n));
            }
            await using RawClient client = await stage.ConnectAsync();
            await ProxyStage.UntilAsync(
                () => stage.Proxy.ListUpstreams()[0].Servers[0] is { LongPolls: 2, WaitingLongPolls: > 900 },
                "the streams wait for their turns",
                TimeSpan.FromMinutes(1)
            );

            var slowest = TimeSpan.Zero;
            for (int i = 0; i < 100; i++)
            {
                long asked = TimeProvider.System.GetTimestamp();
                Assert.Equal(1, (await client.RunAsync(new() { ["ping"] = 1 }))["ok"].ToInt32());
                TimeSpan took = TimeProvider.System.GetElapsedTime(asked);
                slowest = took > slowest ? took : slowest;
            }
            // Turns take half of the connections at most, so that a ping waits for none of them.
            Assert.Equal(0, stage.Proxy.ListUpstreams()[0].Servers[0].Pool.TimedOut);

            long before = server.CommandCount("getMore");
            long inserted = TimeProvider.System.GetTimestamp();
            await client.RunAsync(
                new()
                {
                    ["insert"] = "c617",
                    ["documents"] = new BsonArray { new BsonDocument { ["_id"] = 1 } },
                }
            );
            BsonDocument reply = await streams[617].ReadAsync(TimeSpan.FromMinutes(1));
            TimeSpan heard = TimeProvider.System.GetElapsedTime(inserted);
            long turns = server.CommandCount("getMore") - before;

            BsonDocument change = reply["cursor"].AsDocument["nextBatch"].AsArray[0].AsDocument;
            Assert.Equal("insert", change["operationType"].AsString);
            // In turns, so that it holds however slow the machine is: everybody has one in each slice.
            Assert.InRange(turns, 1, 2 * Streams);
            Assert.InRange(server.Connections.Peak, 1, 4 + 2);
            output.WriteLine(
                $"{Streams} streams on 4 connections: the event was heard after {heard.TotalMilliseconds:0} ms "
                    + $"({turns} turns); slowest of 100 pings meanwhile: {slowest.TotalMilliseconds:0.0} ms"
            );
        }
        finally
        {
            foreach (RawClient stream in streams)
                stream?.Kill();
        }
        await ProxyStage.UntilAsync(() => server.OpenCursors == 0, "every stream is closed at the server");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(700)]
    public async Task A_stream_that_hears_nothing_is_answered_when_its_own_time_is_up(int? time)
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(
            new SandboxOptions { ReplicaSetName = "rs" },
            "maxPoolSize=4",
            limits: new() { LongPollSlice = TimeSpan.FromMilliseconds(20) }
        );
        await using RawClient client = await stage.ConnectAsync();
        long id = await WatchAsync(client, 1);
        long asked = TimeProvider.System.GetTimestamp();

        BsonDocument command = GetMore(id, 1);
        command.Remove("maxTimeMS");
        if (time is { } milliseconds)
            command["maxTimeMS"] = milliseconds;
        BsonDocument reply = await client.RunAsync(command);

        Assert.Empty(reply["cursor"].AsDocument["nextBatch"].AsArray);
        Assert.Equal(id, reply["cursor"].AsDocument["id"].AsInt64);
        Assert.True(
            TimeProvider.System.GetElapsedTime(asked) > TimeSpan.FromMilliseconds((time ?? 1_000) - 30),
            "it was answered too early"
        );
        Assert.True(stage.Sandbox.Primary!.CommandCount("getMore") > 5, "it had one turn after the other");
    }

    [Fact]
    public async Task A_drain_answers_streams_at_the_end_of_their_turn()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(
            new SandboxOptions { ReplicaSetName = "rs" },
            "maxPoolSize=4",
            limits: new() { LongPollSlice = TimeSpan.FromMilliseconds(50) }
        );
        await using RawClient client = await stage.ConnectAsync();
        await client.SendAsync(GetMore(await WatchAsync(client, 1), 1));
        await ProxyStage.UntilAsync(
            () => stage.Proxy.ListUpstreams()[0].Servers[0].LongPolls == 1,
            "it waits"
        );

        Task drained = stage.Proxy.DrainAsync(TimeSpan.FromMinutes(5));

        Assert.Empty((await client.ReadAsync())["cursor"].AsDocument["nextBatch"].AsArray);
        await drained.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static async Task<long> WatchAsync(RawClient client, int n)
    {
        BsonDocument reply = await client.RunAsync(
            new()
            {
                ["aggregate"] = $"c{n}",
                ["pipeline"] = new BsonArray { new BsonDocument { ["$changeStream"] = new BsonDocument() } },
                ["cursor"] = new BsonDocument(),
            }
        );
        return reply["cursor"].AsDocument["id"].AsInt64;
    }

    private static BsonDocument GetMore(long id, int n) =>
        new()
        {
            ["getMore"] = id,
            ["collection"] = $"c{n}",
            ["maxTimeMS"] = Patient,
        };
}

// A debug build's state machines and buffer accounting allocate by design.
#if !DEBUG
using System.Net;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Metrics;
using Weir.Proxy.Tests.ClientAuthentication;
using Weir.Proxy.Tests.Scripted;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Proxy.Tests.Sandboxed;

/// <summary>
/// Steady state allocates nothing: measured over the whole process, canned server and clients included. What is
/// allowed for is what monitors and the runtime's own tiers do meanwhile.
/// </summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public class AllocationTests
{
    [Theory]
    [InlineData(1, 1, false, Attribution.None, "", 16)]
    [InlineData(32, 4, false, Attribution.None, "", 16, true)]
    [InlineData(32, 4, false, Attribution.None, "", 16)]
    [InlineData(32, 4, true, Attribution.None, "", 16)]
    [InlineData(8, 4, false, Attribution.Comment, "", 16)]
    [InlineData(32, 4, false, Attribution.None, "&socketTimeoutMS=60000", 16)]
    // What compressing a message allocates: a place for it, and the library's stream.
    [InlineData(8, 4, false, Attribution.None, "&compressors=zlib", 1_024)]
    [InlineData(8, 4, false, Attribution.None, "&compressors=snappy", 1_024)]
    [InlineData(8, 4, false, Attribution.None, "&compressors=zstd", 1_024)]
    public async Task An_exchange_allocates_nothing_of_Weirs_in_steady_state(
        int clients,
        int connections,
        bool logIn,
        Attribution attribution,
        string options,
        int atMost,
        bool isMeasured = false
    )
    {
        using var metrics = new ProxyMetrics();
        List<IDisposable> counting = isMeasured ? [.. metrics.Durations.Select(d => d.Count())] : [];
        await using var network = LoopNetwork.Create(2);
        await using var server = new CannedServer(network);
        await using ProxyServer proxy = Create(
            network,
            server,
            $"&maxPoolSize={connections}{options}",
            logIn,
            attribution,
            metrics
        );
        await proxy.StartAsync(TestContext.Current.CancellationToken);
        // In turns in two sessions, which all clients share: each use is news to Weir.
        byte[][] requests = [Request(1), Request(2)];
        const int warmUp = 3_000;
        const int measured = 20_000;
        int perClient = measured / clients;
        long before = 0;
        long after = 0;

        Task[] all =
        [
            .. Enumerable
                .Range(0, clients)
                .Select(n =>
                    network.RunAsync(async () =>
                    {
                        await using Channel channel = await network.ConnectAsync(
                            proxy.EndPoints[0],
                            CancellationToken.None
                        );
                        if (logIn)
                            await new RawClient(channel).LogInAsync(LoginClient.Credential("ada", "a"));
                        var reader = new FrameReader(channel, 48_000_000);
                        for (int i = 0; i < warmUp / clients + 50; i++)
                            Check(
                                await channel.SendAsync(requests[i % 2]) ? await reader.ReadAsync() : default
                            );
                        if (n == 0)
                            before = GC.GetTotalAllocatedBytes(precise: true);
                        for (int i = 0; i < perClient; i++)
                            Check(
                                await channel.SendAsync(requests[i % 2]) ? await reader.ReadAsync() : default
                            );
                        if (n == 0)
                            after = GC.GetTotalAllocatedBytes(precise: true);
                    })
                ),
        ];
        await Task.WhenAll(all);

        double perExchange = (after - before) / (double)measured;
        Assert.True(perExchange < atMost, $"{perExchange:0.0} bytes per exchange");
        Assert.All(
            metrics.Durations.Where(d => d.Instrument.Name != "db.client.connection.create_time"),
            d => Assert.Equal(isMeasured, d.Series.Sum(s => s.Counts.Read().Counts.Sum()) >= measured)
        );
        counting.ForEach(each => each.Dispose());
    }

    /// <summary>A turn of a getMore that waits for data, from its place in the lane to the next, allocates nothing.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(16, 4)]
    public async Task A_turn_of_a_long_poll_allocates_nothing(int clients, int connections)
    {
        await using var network = LoopNetwork.Create(2);
        await using var server = new CannedServer(network, documents: 0, keepsCursors: true);
        await using ProxyServer proxy = Create(network, server, $"&maxPoolSize={connections}");
        await proxy.StartAsync(TestContext.Current.CancellationToken);
        long bytes = 0;
        long turns = 0;

        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(n =>
                    network.RunAsync(async () =>
                    {
                        await using Channel channel = await network.ConnectAsync(
                            proxy.EndPoints[0],
                            CancellationToken.None
                        );
                        var client = new RawClient(channel);
                        BsonDocument opened = await client.RunAsync(
                            new()
                            {
                                ["find"] = "c",
                                ["tailable"] = true,
                                ["awaitData"] = true,
                            }
                        );
                        var next = new BsonDocument
                        {
                            ["getMore"] = opened["cursor"].AsDocument["id"],
                            ["collection"] = "c",
                            ["maxTimeMS"] = 300,
                        };
                        await client.RunAsync(next);
                        next["maxTimeMS"] = n == 0 ? 500 : 1_500;
                        (long bytesBefore, long turnsBefore) = (Allocated(), server.GetMores);
                        await client.RunAsync(next);
                        if (n == 0)
                            (bytes, turns) = (Allocated() - bytesBefore, server.GetMores - turnsBefore);
                    })
                )
        );

        Assert.True(turns > 1_000, $"{turns} turns are too few to tell");
        // The others' requests and replies fall into the time as well.
        double perTurn = (bytes - (clients * 8_192)) / (double)turns;
        Assert.True(perTurn < 16, $"{perTurn:0.0} bytes per turn");
    }

    private static long Allocated() => GC.GetTotalAllocatedBytes(precise: true);

    private static ProxyServer Create(
        Network network,
        CannedServer server,
        string options,
        bool logIn = false,
        Attribution attribution = Attribution.None,
        ProxyMetrics? metrics = null
    ) =>
        new(
            new ProxyOptions
            {
                Metrics = metrics,
                Listeners =
                [
                    new ListenerSettings
                    {
                        EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
                        Authenticates = logIn,
                    },
                ],
                Users = new()
                {
                    Users = [new() { Name = "ada", Credentials = ScramCredential.Derive("ada", "a") }],
                },
                Upstreams =
                [
                    new UpstreamSettings
                    {
                        ConnectionString = ConnectionString.Parse(
                            $"mongodb://{server.EndPoint}/?directConnection=true&heartbeatFrequencyMS=60000{options}"
                        ),
                        Attribution = attribution,
                    },
                ],
            },
            network
        );

    private static byte[] Request(byte session) =>
        Messages.Msg(
            new()
            {
                ["find"] = "c",
                ["filter"] = new BsonDocument { ["_id"] = 1 },
                ["lsid"] = Messages.Lsid(session),
                ["$db"] = "app",
            }
        );

    private static void Check(in FrameRead read)
    {
        if (read.Outcome != FrameOutcome.Frame)
            throw new InvalidOperationException($"no reply: {read.Outcome}");
        read.Frame.Return();
    }
}
#endif

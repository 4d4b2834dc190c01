// A debug build's state machines and buffer accounting allocate by design.
#if !DEBUG
using System.Net;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Proxy.ClientAuthentication;
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
    [InlineData(1, 1, false, Attribution.None)]
    [InlineData(32, 4, false, Attribution.None)]
    [InlineData(32, 4, true, Attribution.None)]
    [InlineData(8, 4, false, Attribution.Comment)]
    public async Task An_exchange_allocates_nothing_in_steady_state(
        int clients,
        int connections,
        bool logIn,
        Attribution attribution
    )
    {
        await using var network = new EpollNetwork(2);
        await using var server = new CannedServer(network);
        await using var proxy = new ProxyServer(
            new ProxyOptions
            {
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
                            $"mongodb://{server.EndPoint}/?directConnection=true&maxPoolSize={connections}&heartbeatFrequencyMS=60000"
                        ),
                        Attribution = attribution,
                    },
                ],
            },
            network
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
        Assert.True(perExchange < 16, $"{perExchange:0.0} bytes per exchange");
    }

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

using System.Diagnostics.CodeAnalysis;
using System.Net;
using BenchmarkDotNet.Attributes;
using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.MicroBench;

/// <summary>A connection out of its pool and back, when one is there.</summary>
[SuppressMessage("Design", "CA1001", Justification = "CleanUp disposes of them.")]
public class CheckOut
{
    private static readonly ServerAddress Address = ServerAddress.Parse("db.example:27017");

    private MemoryNetwork _network = null!;
    private ConnectionPool _pool = null!;

    [GlobalSetup]
    public void SetUp()
    {
        var endPoint = new DnsEndPoint(Address.Host, Address.Port);
        _network = new MemoryNetwork();
        _network.Listen(endPoint, new ListenerOptions(), static _ => new TaskCompletionSource().Task);
        _pool = new ConnectionPool(
            Address,
            new PoolOptions { MaxPoolSize = 10 },
            async (id, token) =>
                new ServerConnection(
                    Address,
                    id,
                    await _network.ConnectAsync(endPoint, token),
                    new HelloReply(new BsonDocument("ok", 1))
                ),
            TimeProvider.System
        );
        _pool.Ready();
    }

    [Benchmark]
    public async Task OutAndIn() => (await _pool.CheckOutAsync()).CheckIn();

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _pool.CloseAsync();
        await _network.DisposeAsync();
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Net;
using BenchmarkDotNet.Attributes;
using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Metrics;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.MicroBench;

/// <summary>A connection out of its pool and back, when one is there.</summary>
[SuppressMessage("Design", "CA1001", Justification = "CleanUp disposes of them.")]
public class CheckOut
{
    private static readonly ServerAddress Address = ServerAddress.Parse("db.example:27017");

    private readonly PoolingMetrics _metrics = new();
    private readonly MeterListener _listener = new();
    private readonly List<IDisposable> _counting = [];
    private MemoryNetwork _network = null!;
    private ConnectionPool _pool = null!;

    /// <summary>Who wants to know how long it took: nobody, readers of the counts, or a listener that does nothing with it.</summary>
    [Params("nobody", "readers", "listener")]
    public string Watched { get; set; } = "";

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
        )
        {
            Timings = _metrics.TimingsOf(new PoolTags("main", null, Address), TimeProvider.System),
        };
        _pool.Ready();
        foreach (var durations in _metrics.Durations)
        {
            if (Watched == "readers")
            {
                _counting.Add(durations.Count());
            }
            else if (Watched == "listener")
            {
                _listener.EnableMeasurementEvents(durations.Instrument);
            }
        }

        _listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
    }

    [Benchmark]
    public async Task OutAndIn() => (await _pool.CheckOutAsync()).CheckIn();

    [GlobalCleanup]
    public async Task CleanUp()
    {
        _counting.ForEach(counting => counting.Dispose());
        _listener.Dispose();
        _metrics.Dispose();
        await _pool.CloseAsync();
        await _network.DisposeAsync();
    }
}

using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Events;
using Weir.Pooling.Metrics;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Testing;

namespace Weir.Pooling.Tests.Pools;

/// <summary>
/// A pool on a workbench: connections are stubs that the test establishes or fails by hand, or that are established
/// at once; time moves when the test says so; events are kept.
/// </summary>
internal sealed class PoolBench : IPoolEventSink
{
    private readonly List<string> _events = [];
    private readonly Dictionary<long, TaskCompletionSource<ServerConnection>> _openings = [];

    public PoolBench(
        PoolOptions options,
        bool opensAtOnce = true,
        bool wantsCheckOuts = true,
        PoolingMetrics? metrics = null
    )
    {
        OpensAtOnce = opensAtOnce;
        WantsCheckOuts = wantsCheckOuts;
        Pool = new ConnectionPool(Address, options, OpenAsync, Clock, this, Failures.Add)
        {
            Timings = metrics?.TimingsOf(new PoolTags("main", null, Address), Clock),
        };
    }

    public static ServerAddress Address { get; } = new("stub", 27017);

    public static PoolOptions Small { get; } = PoolOptions.Specification with { MaxPoolSize = 2 };

    public ManualClock Clock { get; } = new();

    public ConnectionPool Pool { get; }

    public bool OpensAtOnce { get; set; }

    public bool WantsCheckOuts { get; }

    /// <summary>The service that connections reach, behind a load balancer.</summary>
    public ObjectId? Service { get; set; }

    public List<EstablishmentFailure> Failures { get; } = [];

    /// <summary>Connections that are being opened.</summary>
    public IReadOnlyList<long> Opening
    {
        get
        {
            lock (_openings)
            {
                return [.. _openings.Keys.Order()];
            }
        }
    }

    /// <summary>The events since the last time this was asked: "CheckedOut 1", "ConnectionClosed 2 Stale".</summary>
    public IReadOnlyList<string> TakeEvents()
    {
        lock (_events)
        {
            string[] taken = [.. _events];
            _events.Clear();
            return taken;
        }
    }

    public void OnPoolEvent(in PoolEvent poolEvent)
    {
        var text = poolEvent.Kind.ToString();
        if (poolEvent.ConnectionId > 0)
        {
            text += $" {poolEvent.ConnectionId}";
        }

        text += poolEvent.Kind switch
        {
            PoolEventKind.ConnectionClosed => $" {poolEvent.CloseReason}",
            PoolEventKind.CheckOutFailed => $" {poolEvent.FailureReason}",
            _ => "",
        };
        lock (_events)
        {
            _events.Add(text);
        }
    }

    public static StubChannel ChannelOf(PooledConnection connection) =>
        (StubChannel)connection.Connection.Channel;

    /// <summary>Lets the opening of a connection succeed.</summary>
    public void Establish(long id) => Take(id).SetResult(Create(id));

    /// <summary>Lets it fail.</summary>
    public void Fail(long id, Exception error) => Take(id).SetException(error);

    private TaskCompletionSource<ServerConnection> Take(long id)
    {
        lock (_openings)
        {
            return _openings.Remove(id, out var opening)
                ? opening
                : throw new InvalidOperationException($"{id} is not being opened");
        }
    }

    private ServerConnection Create(long id)
    {
        var hello = new BsonDocument("ok", 1);
        if (Service is { } service)
        {
            hello["serviceId"] = service;
        }

        return new ServerConnection(Address, id, new StubChannel(), new HelloReply(hello));
    }

    private ValueTask<ServerConnection> OpenAsync(long id, CancellationToken cancellationToken)
    {
        if (OpensAtOnce)
        {
            return new(Create(id));
        }

        var opening = new TaskCompletionSource<ServerConnection>();
        lock (_openings)
        {
            _openings.Add(id, opening);
        }

        cancellationToken.Register(() =>
        {
            lock (_openings)
            {
                _openings.Remove(id);
            }

            opening.TrySetCanceled(cancellationToken);
        });
        return new(opening.Task);
    }
}

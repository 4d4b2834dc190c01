using System.Text.Json.Nodes;
using Weir.Pooling.Events;
using Weir.Testing;

namespace Weir.Conformance.Cmap;

/// <summary>Keeps a pool's events in the specification's words, and lets a case wait for them.</summary>
internal sealed class CmapEvents(VirtualTime time) : IPoolEventSink
{
    private static readonly Dictionary<PoolEventKind, string> s_types = new()
    {
        [PoolEventKind.PoolCreated] = "ConnectionPoolCreated",
        [PoolEventKind.PoolReady] = "ConnectionPoolReady",
        [PoolEventKind.PoolCleared] = "ConnectionPoolCleared",
        [PoolEventKind.PoolClosed] = "ConnectionPoolClosed",
        [PoolEventKind.ConnectionCreated] = "ConnectionCreated",
        [PoolEventKind.ConnectionReady] = "ConnectionReady",
        [PoolEventKind.ConnectionClosed] = "ConnectionClosed",
        [PoolEventKind.CheckOutStarted] = "ConnectionCheckOutStarted",
        [PoolEventKind.CheckOutFailed] = "ConnectionCheckOutFailed",
        [PoolEventKind.CheckedOut] = "ConnectionCheckedOut",
        [PoolEventKind.CheckedIn] = "ConnectionCheckedIn",
    };

    private readonly Lock _gate = new();
    private readonly List<JsonObject> _events = [];
    private readonly List<(string Type, int Count, TaskCompletionSource Seen)> _awaited = [];

    public static bool IsKnown(string type) => s_types.ContainsValue(type);

    public IReadOnlyList<JsonObject> Except(IReadOnlyList<string> ignored)
    {
        lock (_gate)
        {
            return [.. _events.Where(e => !ignored.Contains(TypeOf(e)))];
        }
    }

    public void OnPoolEvent(in PoolEvent poolEvent)
    {
        lock (_gate)
        {
            _events.Add(ToJson(in poolEvent));
            foreach (var (type, count, seen) in _awaited)
            {
                if (CountOf_NeedsLock(type) >= count)
                {
                    // Not from in here: the case would go on inside of the pool's own step.
                    time.Post(static s => ((TaskCompletionSource)s!).TrySetResult(), seen);
                }
            }
        }
    }

    /// <summary>Completes when there have been so many of a type since the start.</summary>
    public async Task WaitForAsync(string type, int count, TimeSpan timeout)
    {
        if (!IsKnown(type))
        {
            throw new InvalidDataException($"There is no event {type}.");
        }

        Task seen;
        lock (_gate)
        {
            if (CountOf_NeedsLock(type) >= count)
            {
                return;
            }

            var source = new TaskCompletionSource();
            _awaited.Add((type, count, source));
            seen = source.Task;
        }

        try
        {
            await seen.WaitAsync(timeout, time.Clock);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{type} did not happen {count} times within {timeout}; there were:\n{this}");
        }
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return string.Join('\n', _events.Select(static e => e.ToJsonString()));
        }
    }

    private static string TypeOf(JsonObject e) => e["type"]!.GetValue<string>();

    private static JsonObject ToJson(in PoolEvent e)
    {
        var json = new JsonObject { ["type"] = s_types[e.Kind], ["address"] = e.Address.ToString() };
        if (e.ConnectionId > 0)
        {
            json["connectionId"] = e.ConnectionId;
        }

        switch (e.Kind)
        {
            case PoolEventKind.PoolCreated:
                json["options"] = CmapPoolOptions.ToJson(e.Options!);
                break;
            case PoolEventKind.PoolCleared:
                json["interruptInUseConnections"] = e.InterruptInUseConnections;
                break;
            case PoolEventKind.ConnectionReady or PoolEventKind.CheckedOut:
                json["duration"] = e.Duration.TotalMilliseconds;
                break;
            case PoolEventKind.ConnectionClosed:
                json["reason"] = e.CloseReason switch
                {
                    ConnectionCloseReason.Stale => "stale",
                    ConnectionCloseReason.Idle => "idle",
                    ConnectionCloseReason.Error => "error",
                    _ => "poolClosed",
                };
                break;
            case PoolEventKind.CheckOutFailed:
                json["duration"] = e.Duration.TotalMilliseconds;
                json["reason"] = e.FailureReason switch
                {
                    CheckOutFailureReason.PoolClosed => "poolClosed",
                    CheckOutFailureReason.Timeout => "timeout",
                    _ => "connectionError",
                };
                break;
            default:
                break;
        }

        return json;
    }

    private int CountOf_NeedsLock(string type) => _events.Count(e => TypeOf(e) == type);
}

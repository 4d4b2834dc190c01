using Weir.Pooling.Commands;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Protocol.Json;

namespace Weir.Pooling.Events;

/// <summary>Says events as the log messages of the driver specifications: the one place that knows their words.</summary>
/// <remarks>
/// The logging sections of SDAM monitoring, connection pooling, server selection and command monitoring.
/// </remarks>
public static class LogMessages
{
    /// <summary>How many characters of a command or a reply are logged.</summary>
    public const int LongestDocument = 1000;

    /// <summary>The message of a topology's step; <see langword="null"/> where the specification has none.</summary>
    /// <param name="item">The step.</param>
    /// <param name="topologyId">What tells this topology from others in the same process.</param>
    public static LogMessage? Of(TopologyEvent item, string topologyId)
    {
        var data = item switch
        {
            TopologyEvent.TopologyOpening => Message("Starting topology monitoring"),
            TopologyEvent.TopologyClosed => Message("Stopped topology monitoring"),
            TopologyEvent.ServerOpening e => At(Message("Starting server monitoring"), e.Address),
            TopologyEvent.ServerClosed e => At(Message("Stopped server monitoring"), e.Address),
            TopologyEvent.TopologyDescriptionChanged e => new BsonDocument
            {
                ["message"] = "Topology description changed",
                ["previousDescription"] = e.Previous.ToString(),
                ["newDescription"] = e.Current.ToString(),
            },
            TopologyEvent.Heartbeat e => OfHeartbeat(e),
            _ => null,
        };
        if (data is null)
        {
            return null;
        }
        data["topologyId"] = topologyId;
        return new("topology", false, data);
    }

    /// <summary>The message of a pool's step.</summary>
    public static LogMessage Of(in PoolEvent item)
    {
        var data = item.Kind switch
        {
            PoolEventKind.PoolCreated => Options(Message("Connection pool created"), item.Options!),
            PoolEventKind.PoolReady => Message("Connection pool ready"),
            PoolEventKind.PoolCleared => Service(Message("Connection pool cleared"), item.ServiceId),
            PoolEventKind.PoolClosed => Message("Connection pool closed"),
            PoolEventKind.ConnectionCreated => Message("Connection created"),
            PoolEventKind.ConnectionReady => Took(Message("Connection ready"), item.Duration),
            PoolEventKind.ConnectionClosed => Failed(
                Reason(Message("Connection closed"), TextOf(item.CloseReason)),
                "error",
                item.CloseReason == ConnectionCloseReason.Error ? item.Error : null
            ),
            PoolEventKind.CheckOutStarted => Message("Connection checkout started"),
            PoolEventKind.CheckOutFailed => Took(
                Failed(
                    Reason(Message("Connection checkout failed"), TextOf(item.FailureReason)),
                    "error",
                    item.FailureReason == CheckOutFailureReason.ConnectionError ? item.Error : null
                ),
                item.Duration
            ),
            PoolEventKind.CheckedOut => Took(Message("Connection checked out"), item.Duration),
            PoolEventKind.CheckedIn => Message("Connection checked in"),
            _ => throw new ArgumentOutOfRangeException(nameof(item)),
        };
        if (item.ConnectionId != 0)
        {
            data["driverConnectionId"] = item.ConnectionId;
        }
        return new("connection", false, At(data, item.Address));
    }

    /// <summary>The message of a selection's step.</summary>
    public static LogMessage Of(SelectionEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var data = item switch
        {
            SelectionEvent.Started => Message("Server selection started"),
            SelectionEvent.Waiting e => new BsonDocument
            {
                ["message"] = "Waiting for suitable server to become available",
                ["remainingTimeMS"] = (long)e.Remaining.TotalMilliseconds,
            },
            SelectionEvent.Succeeded e => At(Message("Server selection succeeded"), e.Address),
            SelectionEvent.Failed e => Failed(Message("Server selection failed"), "failure", e.Failure),
            _ => throw new ArgumentOutOfRangeException(nameof(item)),
        };
        data["selector"] = item.Selector;
        data["operationId"] = item.OperationId;
        data["operation"] = item.Operation;
        data["topologyDescription"] = item.Topology.ToString();
        return new("serverSelection", item is SelectionEvent.Waiting, data);
    }

    /// <summary>The message of a command's step.</summary>
    public static LogMessage Of(CommandEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var data = item switch
        {
            CommandEvent.Started e => new BsonDocument
            {
                ["message"] = "Command started",
                ["command"] = Text(e.Command),
            },
            CommandEvent.Succeeded e => Took(
                new BsonDocument { ["message"] = "Command succeeded", ["reply"] = Text(e.Reply) },
                e.Duration
            ),
            CommandEvent.Failed e => Took(
                Failed(Message("Command failed"), "failure", e.Failure),
                e.Duration
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(item)),
        };
        data["commandName"] = item.CommandName;
        data["databaseName"] = item.DatabaseName;
        data["operationId"] = item.OperationId;
        data["driverConnectionId"] = item.ConnectionId;
        if (item.ServerConnectionId is { } id)
        {
            data["serverConnectionId"] = id;
        }
        return new("command", false, At(Service(data, item.ServiceId), item.Address));
    }

    private static BsonDocument OfHeartbeat(TopologyEvent.Heartbeat item)
    {
        var data = item switch
        {
            TopologyEvent.HeartbeatSucceeded e => Took(
                new BsonDocument
                {
                    ["message"] = "Server heartbeat succeeded",
                    ["reply"] = ExtendedJson.Write(e.Reply),
                },
                e.Duration
            ),
            TopologyEvent.HeartbeatFailed e => Took(
                Failed(Message("Server heartbeat failed"), "failure", e.Failure),
                e.Duration
            ),
            _ => Message("Server heartbeat started"),
        };
        data["awaited"] = item.Awaited;
        data["driverConnectionId"] = item.ConnectionId;
        if (item.ServerConnectionId is { } id)
        {
            data["serverConnectionId"] = id;
        }
        return At(data, item.Address);
    }

    private static BsonDocument Message(string text) => new() { ["message"] = text };

    private static BsonDocument At(BsonDocument data, ServerAddress address)
    {
        data["serverHost"] = address.Host;
        if (!address.IsUnixSocket)
        {
            data["serverPort"] = address.Port;
        }
        return data;
    }

    private static BsonDocument Took(BsonDocument data, TimeSpan duration)
    {
        data["durationMS"] = duration.TotalMilliseconds;
        return data;
    }

    private static BsonDocument Reason(BsonDocument data, string reason)
    {
        data["reason"] = reason;
        return data;
    }

    private static BsonDocument Failed(BsonDocument data, string field, Exception? failure)
    {
        if (failure is not null)
        {
            data[field] = failure.Message;
        }
        return data;
    }

    private static BsonDocument Service(BsonDocument data, ObjectId? serviceId)
    {
        if (serviceId is { } id)
        {
            data["serviceId"] = id.ToString();
        }
        return data;
    }

    private static BsonDocument Options(BsonDocument data, PoolOptions options)
    {
        data["minPoolSize"] = options.MinPoolSize;
        data["maxPoolSize"] = options.MaxPoolSize;
        data["maxConnecting"] = options.MaxConnecting;
        if (options.MaxIdleTime > TimeSpan.Zero)
        {
            data["maxIdleTimeMS"] = (long)options.MaxIdleTime.TotalMilliseconds;
        }
        if (options.WaitQueueTimeout > TimeSpan.Zero)
        {
            data["waitQueueTimeoutMS"] = (long)options.WaitQueueTimeout.TotalMilliseconds;
        }
        return data;
    }

    private static string TextOf(ConnectionCloseReason reason) =>
        reason switch
        {
            ConnectionCloseReason.Stale => "Connection became stale because the pool was cleared",
            ConnectionCloseReason.Idle =>
                "Connection has been available but unused for longer than the configured max idle time",
            ConnectionCloseReason.Error => "An error occurred while using the connection",
            ConnectionCloseReason.Evicted => "Connection made room for another pool under the same budget",
            _ => "Connection pool was closed",
        };

    private static string TextOf(CheckOutFailureReason reason) =>
        reason switch
        {
            CheckOutFailureReason.Timeout =>
                "Wait queue timeout elapsed without a connection becoming available",
            CheckOutFailureReason.ConnectionError =>
                "An error occurred while trying to establish a new connection",
            _ => "Connection pool was closed",
        };

    private static string Text(BsonDocument document)
    {
        var text = ExtendedJson.Write(document);
        return text.Length <= LongestDocument ? text : string.Concat(text.AsSpan(0, LongestDocument), "...");
    }
}

using Weir.Pooling.Commands;
using Weir.Pooling.Events;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>An event as the format names it, with every field that a case may ask for.</summary>
internal sealed record UnifiedEvent(string Kind, string Name, BsonDocument Fields)
{
    public override string ToString() => $"{Name} {Fields}";

    public static UnifiedEvent? Of(TopologyEvent item) =>
        item switch
        {
            TopologyEvent.TopologyOpening => Sdam("topologyOpeningEvent"),
            TopologyEvent.TopologyClosed => Sdam("topologyClosedEvent"),
            TopologyEvent.ServerOpening => Sdam("serverOpeningEvent"),
            TopologyEvent.ServerClosed => Sdam("serverClosedEvent"),
            TopologyEvent.TopologyDescriptionChanged e => Sdam(
                "topologyDescriptionChangedEvent",
                new BsonDocument
                {
                    ["previousDescription"] = Described(e.Previous.Type.ToString()),
                    ["newDescription"] = Described(e.Current.Type.ToString()),
                }
            ),
            TopologyEvent.ServerDescriptionChanged e => Sdam(
                "serverDescriptionChangedEvent",
                new BsonDocument
                {
                    ["previousDescription"] = Described(e.Previous.Type.ToString()),
                    ["newDescription"] = Described(e.Current.Type.ToString()),
                }
            ),
            TopologyEvent.HeartbeatStarted e => Sdam("serverHeartbeatStartedEvent", Awaited(e)),
            TopologyEvent.HeartbeatSucceeded e => Sdam("serverHeartbeatSucceededEvent", Awaited(e)),
            TopologyEvent.HeartbeatFailed e => Sdam("serverHeartbeatFailedEvent", Awaited(e)),
            _ => throw new InvalidOperationException($"the event {item} is unknown to the runner"),
        };

    public static UnifiedEvent Of(in PoolEvent item)
    {
        var fields = new BsonDocument();
        switch (item.Kind)
        {
            case PoolEventKind.PoolCleared:
                fields["hasServiceId"] = item.ServiceId is not null;
                fields["interruptInUseConnections"] = item.InterruptInUseConnections;
                break;
            case PoolEventKind.ConnectionClosed:
                fields["reason"] = Camel(item.CloseReason.ToString());
                break;
            case PoolEventKind.CheckOutFailed:
                fields["reason"] = Camel(item.FailureReason.ToString());
                break;
            default:
                break;
        }
        var name = item.Kind switch
        {
            PoolEventKind.CheckOutStarted => "connectionCheckOutStartedEvent",
            PoolEventKind.CheckOutFailed => "connectionCheckOutFailedEvent",
            PoolEventKind.CheckedOut => "connectionCheckedOutEvent",
            PoolEventKind.CheckedIn => "connectionCheckedInEvent",
            _ => Camel(item.Kind.ToString()) + "Event",
        };
        return new("cmap", name, fields);
    }

    public static UnifiedEvent Of(CommandEvent item)
    {
        var fields = new BsonDocument
        {
            ["commandName"] = item.CommandName,
            ["databaseName"] = item.DatabaseName,
            ["hasServiceId"] = item.ServiceId is not null,
            ["hasServerConnectionId"] = item.ServerConnectionId is not null,
        };
        switch (item)
        {
            case CommandEvent.Started e:
                fields["command"] = e.Command;
                return new("command", "commandStartedEvent", fields);
            case CommandEvent.Succeeded e:
                fields["reply"] = e.Reply;
                return new("command", "commandSucceededEvent", fields);
            default:
                return new("command", "commandFailedEvent", fields);
        }
    }

    private static UnifiedEvent Sdam(string name, BsonDocument? fields = null) =>
        new("sdam", name, fields ?? []);

    private static BsonDocument Described(string type) => new() { ["type"] = type };

    private static BsonDocument Awaited(TopologyEvent.Heartbeat item) => new() { ["awaited"] = item.Awaited };

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>serverStatus: the sections that the sandbox can measure.</summary>
internal static class ServerStatus
{
    public static Reply Run(CommandContext context)
    {
        var member = context.Member;
        var deployment = context.Deployment;
        var uptime = deployment.Time.GetUtcNow() - member.StartedAt;
        var reply = new BsonDocument
        {
            ["host"] = member.Address,
            ["version"] = ServerLimits.ServerVersion,
            ["process"] = "mongod",
            ["pid"] = (long)Environment.ProcessId,
            ["uptime"] = Math.Floor(uptime.TotalSeconds),
            ["uptimeMillis"] = (long)uptime.TotalMilliseconds,
            ["uptimeEstimate"] = (long)uptime.TotalSeconds,
            ["localTime"] = deployment.Time.GetUtcNow().UtcDateTime,
            ["connections"] = Connections(member),
            ["opcounters"] = member.OpCounters.ToDocument(),
            ["network"] = new BsonDocument
            {
                ["bytesIn"] = member.Traffic.BytesIn,
                ["bytesOut"] = member.Traffic.BytesOut,
                ["numRequests"] = member.Traffic.Requests,
            },
            ["logicalSessionRecordCache"] = new BsonDocument
            {
                ["activeSessionsCount"] = deployment.Sessions.Count,
            },
            ["metrics"] = new BsonDocument
            {
                ["cursor"] = new BsonDocument
                {
                    ["timedOut"] = member.Cursors.TimedOut,
                    ["open"] = new BsonDocument
                    {
                        ["noTimeout"] = (long)member.Cursors.Snapshot().Count(cursor => cursor.HasNoTimeout),
                        ["pinned"] = (long)member.Cursors.Snapshot().Count(cursor => cursor.IsPinned),
                        ["total"] = (long)member.Cursors.Count,
                    },
                },
            },
            ["storageEngine"] = new BsonDocument { ["name"] = "inMemory", ["persistent"] = false },
        };
        if (deployment.ReplicaSet is not null)
        {
            reply["repl"] = Replication(member);
        }

        // A section that is not wanted is left out; one that is asked for and not there is left out as well.
        foreach (var element in context.Body.Skip(1))
        {
            if (element.Value.IsNumber && !element.Value.ToBoolean())
            {
                reply.Remove(element.Name);
            }
        }

        return reply;
    }

    private static BsonDocument Connections(MemberServer member)
    {
        var counters = member.Connections.Counters;
        var connections = member.Connections.Snapshot();
        var awaiting = connections.Count(connection =>
            connection.Current is { IsWaiting: true, IsHello: true }
        );
        return new BsonDocument
        {
            ["current"] = counters.Current,
            ["available"] = member.Connections.Limit - counters.Current,
            ["totalCreated"] = counters.TotalCreated,
            ["rejected"] = counters.Refused,
            ["active"] = connections.Count(connection => connection.Current is not null),
            ["threaded"] = counters.Current,
            ["exhaustIsMaster"] = 0,
            ["exhaustHello"] = connections.Count(connection => connection.IsStreamingHello),
            ["awaitingTopologyChanges"] = awaiting,
        };
    }

    private static BsonDocument Replication(MemberServer member)
    {
        var state = member.Hello;
        var repl = new BsonDocument
        {
            ["topologyVersion"] = state.TopologyVersion,
            ["isWritablePrimary"] = state.IsPrimary,
            ["secondary"] = !state.IsPrimary,
            ["me"] = member.Address,
        };
        if (state.Set is { } set)
        {
            repl["setName"] = set.Name;
            repl["setVersion"] = set.SetVersion;
            repl["hosts"] = new BsonArray(set.Hosts.Select(host => (BsonValue)host));
        }

        return repl;
    }
}

using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>Reads a server's reply to hello, or to the legacy command, as a <see cref="ServerDescription"/>.</summary>
/// <remarks>A field of a type that was not to be expected counts as missing.</remarks>
public static class HelloParser
{
    /// <summary>
    /// The description that <paramref name="reply"/> gives of the server at <paramref name="address"/>.
    /// A reply that is not ok gives an Unknown server with the reply's error.
    /// </summary>
    /// <param name="address">The address that was asked.</param>
    /// <param name="reply">What it answered.</param>
    /// <param name="roundTripTime">The average round trip time, this reply's included where it counts.</param>
    /// <param name="minRoundTripTime">The shortest recent round trip time.</param>
    /// <param name="now">The time on a monotonic clock.</param>
    /// <exception cref="FormatException">A member's address cannot be read.</exception>
    public static ServerDescription Parse(
        ServerAddress address,
        BsonDocument reply,
        TimeSpan? roundTripTime = null,
        TimeSpan minRoundTripTime = default,
        TimeSpan now = default
    )
    {
        ArgumentNullException.ThrowIfNull(reply);
        var topologyVersion = TopologyVersion.Of(reply);
        if (!IsTrue(reply, "ok"))
        {
            var message = String(reply, "errmsg") ?? "the reply to hello is not ok";
            return ServerDescription.Unknown(address, message, topologyVersion: topologyVersion, now: now);
        }

        return new ServerDescription
        {
            Address = address,
            Type = TypeOf(reply),
            RoundTripTime = roundTripTime,
            MinRoundTripTime = minRoundTripTime,
            LastWriteDate = LastWriteDate(reply),
            LastUpdateTime = now,
            MinWireVersion = Int32(reply, "minWireVersion") ?? 0,
            MaxWireVersion = Int32(reply, "maxWireVersion") ?? 0,
            Me = String(reply, "me") is { } me ? ServerAddress.Parse(me) : null,
            Hosts = Addresses(reply, "hosts"),
            Passives = Addresses(reply, "passives"),
            Arbiters = Addresses(reply, "arbiters"),
            Tags = Tags(reply),
            SetName = String(reply, "setName"),
            SetVersion = Int32(reply, "setVersion"),
            ElectionId = reply.GetValueOrDefault("electionId") is { Type: BsonType.ObjectId } id
                ? id.AsObjectId
                : null,
            Primary = String(reply, "primary") is { Length: > 0 } primary
                ? ServerAddress.Parse(primary)
                : null,
            LogicalSessionTimeoutMinutes = Int32(reply, "logicalSessionTimeoutMinutes"),
            TopologyVersion = topologyVersion,
            IsCryptd = IsTrue(reply, "iscryptd"),
            HelloOk = IsTrue(reply, "helloOk"),
            Reply = reply,
        };
    }

    // Ghosts come first: any server is a ghost that says "isreplicaset".
    private static ServerType TypeOf(BsonDocument reply)
    {
        if (IsTrue(reply, "isreplicaset"))
        {
            return ServerType.RSGhost;
        }
        if (String(reply, "msg") == "isdbgrid")
        {
            return ServerType.Mongos;
        }
        if (String(reply, "setName") is null)
        {
            return ServerType.Standalone;
        }
        if (IsTrue(reply, "hidden"))
        {
            return ServerType.RSOther;
        }
        if (IsTrue(reply, reply.Contains("isWritablePrimary") ? "isWritablePrimary" : "ismaster"))
        {
            return ServerType.RSPrimary;
        }
        if (IsTrue(reply, "secondary"))
        {
            return ServerType.RSSecondary;
        }
        return IsTrue(reply, "arbiterOnly") ? ServerType.RSArbiter : ServerType.RSOther;
    }

    private static DateTime? LastWriteDate(BsonDocument reply) =>
        reply.GetValueOrDefault("lastWrite") is { Type: BsonType.Document } lastWrite
        && lastWrite.AsDocument.GetValueOrDefault("lastWriteDate") is { Type: BsonType.DateTime } date
            ? date.AsDateTime
            : null;

    private static List<ServerAddress> Addresses(BsonDocument reply, string name)
    {
        if (reply.GetValueOrDefault(name) is not { Type: BsonType.Array } array)
        {
            return [];
        }
        var addresses = new List<ServerAddress>(array.AsArray.Count);
        foreach (var item in array.AsArray)
        {
            if (item.Type == BsonType.String)
            {
                addresses.Add(ServerAddress.Parse(item.AsString));
            }
        }
        return addresses;
    }

    private static IReadOnlyDictionary<string, string> Tags(BsonDocument reply)
    {
        if (reply.GetValueOrDefault("tags") is not { Type: BsonType.Document } document)
        {
            return ServerDescription.NoTags;
        }
        var tags = new Dictionary<string, string>();
        foreach (var (name, value) in document.AsDocument)
        {
            if (value.Type == BsonType.String)
            {
                tags[name] = value.AsString;
            }
        }
        return tags;
    }

    private static string? String(BsonDocument reply, string name) =>
        reply.GetValueOrDefault(name) is { Type: BsonType.String } value ? value.AsString : null;

    private static int? Int32(BsonDocument reply, string name) =>
        reply.GetValueOrDefault(name) is { IsNumber: true } value ? value.ToInt32() : null;

    private static bool IsTrue(BsonDocument reply, string name) =>
        reply.GetValueOrDefault(name) is { } value
        && (value.IsNumber || value.Type == BsonType.Boolean)
        && value.ToBoolean();
}

using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>
/// How fresh a server's word about itself is: a process and how often its state has changed since it started.
/// </summary>
public sealed record TopologyVersion(ObjectId ProcessId, long Counter)
{
    /// <summary>
    /// Negative when <paramref name="theirs"/> is newer than <paramref name="ours"/>, 0 when they are the same,
    /// positive when it is older. A missing version or another process counts as newer.
    /// </summary>
    public static int Compare(TopologyVersion? ours, TopologyVersion? theirs) =>
        ours is null || theirs is null || !ours.ProcessId.Equals(theirs.ProcessId)
            ? -1
            : ours.Counter.CompareTo(theirs.Counter);

    /// <summary>The <c>topologyVersion</c> of a reply; <see langword="null"/> when it has none that is readable.</summary>
    public static TopologyVersion? Of(BsonDocument reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return
            reply.TryGetValue("topologyVersion", out var value)
            && value.Type == BsonType.Document
            && value.AsDocument.GetValueOrDefault("processId") is { Type: BsonType.ObjectId } process
            && value.AsDocument.GetValueOrDefault("counter") is { IsNumber: true } counter
            ? new TopologyVersion(process.AsObjectId, counter.ToInt64())
            : null;
    }

    /// <summary>The form in which a hello command carries it.</summary>
    public BsonDocument ToBson() => new() { ["processId"] = ProcessId, ["counter"] = Counter };
}

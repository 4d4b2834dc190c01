using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>The newest <c>$clusterTime</c> that any reply told, handed on with every command. Thread-safe.</summary>
internal sealed class ClusterClock
{
    private volatile BsonDocument? _newest;

    public BsonDocument? Newest => _newest;

    public void Hear(BsonDocument reply)
    {
        if (
            reply.GetValueOrDefault("$clusterTime") is not { IsDocument: true } told
            || TimeOf(told.AsDocument) is not { } time
        )
        {
            return;
        }
        while (_newest is var known && (known is null || Compare(time, TimeOf(known)!.Value) > 0))
        {
#pragma warning disable CS0420 // An interlocked exchange is as volatile as can be.
            if (Interlocked.CompareExchange(ref _newest, told.AsDocument, known) == known)
#pragma warning restore CS0420
            {
                return;
            }
        }
    }

    private static BsonTimestamp? TimeOf(BsonDocument clusterTime) =>
        clusterTime.GetValueOrDefault("clusterTime") is { Type: BsonType.Timestamp } time
            ? time.AsTimestamp
            : null;

    private static int Compare(BsonTimestamp left, BsonTimestamp right) =>
        left.Seconds != right.Seconds
            ? left.Seconds.CompareTo(right.Seconds)
            : left.Increment.CompareTo(right.Increment);
}

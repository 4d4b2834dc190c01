using Weir.Protocol.Bson;

namespace Weir.Pooling.Pools;

/// <summary>
/// A counter that makes connections stale when it moves on. A pool has one, and one a service behind a load
/// balancer. Connections refer to it, so that staleness is one comparison. Guarded by the pool's lock.
/// </summary>
internal sealed class Generation(ObjectId? serviceId)
{
    public ObjectId? ServiceId { get; } = serviceId;

    public int Current { get; private set; }

    /// <summary>Connections that refer to it.</summary>
    public int Connections { get; set; }

    public void Advance() => Current++;
}

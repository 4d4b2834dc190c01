using System.Diagnostics;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Pools;

/// <summary>
/// A pool's generations: its own, and one for every service behind a load balancer that it has connections to.
/// Guarded by the pool's lock.
/// </summary>
internal sealed class Generations
{
    private Dictionary<ObjectId, Generation>? _services;

    /// <summary>The pool's own.</summary>
    public Generation Pool { get; } = new(null);

    /// <summary>Services that have connections.</summary>
    public int Services => _services?.Count ?? 0;

    /// <summary>A new connection belongs to the pool's generation until the handshake says otherwise.</summary>
    public void Add(PooledConnection connection)
    {
        Debug.Assert(connection.Family == Pool);
        Pool.Connections++;
    }

    /// <summary>The handshake reached a service: from now on that one's generation counts.</summary>
    public void Join(PooledConnection connection, ObjectId serviceId)
    {
        Debug.Assert(connection.Family == Pool);
        Pool.Connections--;
        _services ??= [];
        if (!_services.TryGetValue(serviceId, out var service))
        {
            _services.Add(serviceId, service = new Generation(serviceId));
        }

        service.Connections++;
        connection.Join(service);
    }

    /// <summary>The connection is gone; a service without connections is forgotten.</summary>
    public void Remove(PooledConnection connection)
    {
        var family = connection.Family;
        family.Connections--;
        Debug.Assert(family.Connections >= 0);
        if (family.Connections == 0 && family.ServiceId is { } serviceId)
        {
            _services!.Remove(serviceId);
        }
    }

    /// <summary>The generation of a service; 0 for one that has no connections.</summary>
    public int Of(ObjectId? serviceId)
    {
        if (serviceId is not { } id)
        {
            return Pool.Current;
        }

        return _services is not null && _services.TryGetValue(id, out var service) ? service.Current : 0;
    }

    /// <summary>Makes the connections of one service stale.</summary>
    public void Advance(ObjectId serviceId)
    {
        if (_services is not null && _services.TryGetValue(serviceId, out var service))
        {
            service.Advance();
        }
    }
}

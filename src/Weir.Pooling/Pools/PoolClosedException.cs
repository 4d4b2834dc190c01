using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Pools;

/// <summary>A connection was asked of a pool that is closed for good (the specification's PoolClosedError).</summary>
public sealed class PoolClosedException : InvalidOperationException
{
    internal PoolClosedException(ServerAddress address)
        : base($"Attempted to check out a connection from closed connection pool of {address}") =>
        Address = address;

    /// <summary>The server of the pool.</summary>
    public ServerAddress Address { get; }
}

using System.Globalization;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Pools;

/// <summary>No connection became available before the deadline (the specification's WaitQueueTimeoutError).</summary>
public sealed class PoolTimeoutException : TimeoutException
{
    internal PoolTimeoutException(ServerAddress address, PoolOptions options, in PoolStatistics pool)
        : base(Describe(address, options, pool)) => Address = address;

    /// <summary>The server of the pool.</summary>
    public ServerAddress Address { get; }

    private static string Describe(ServerAddress address, PoolOptions options, in PoolStatistics pool) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Timed out while checking out a connection from connection pool of {address}: maxPoolSize: {options.MaxPoolSize}, connections in use by cursors: {pool.UsedByCursors}, connections in use by transactions: {pool.UsedByTransactions}, connections in use by other operations: {pool.InUse - pool.UsedByCursors - pool.UsedByTransactions}; {pool.Pending} being established, {pool.Waiting} others waiting. Raise maxPoolSize or the wait queue's timeout, or shorten what holds the connections."
        );
}

using System.Globalization;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Pools;

/// <summary>So many check-outs wait already that one more was refused at once.</summary>
public sealed class WaitQueueFullException : Exception
{
    internal WaitQueueFullException(ServerAddress address, PoolOptions options)
        : base(
            string.Create(
                CultureInfo.InvariantCulture,
                $"The wait queue of the connection pool of {address} is full: {options.MaxWaiting} check-outs wait already for {options.MaxPoolSize} connections (maxPoolSize). Try again later, with back-off."
            )
        ) => Address = address;

    /// <summary>The server of the pool.</summary>
    public ServerAddress Address { get; }
}

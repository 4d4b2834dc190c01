using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Pools;

/// <summary>
/// The pool is paused because an operation failed, or a connection was taken away when that happened (the
/// specification's PoolClearedError). The operation may be tried again; the error says nothing new of the server.
/// </summary>
public sealed class PoolClearedException : IOException
{
    internal PoolClearedException(ServerAddress address, Exception? cause)
        : base(Describe(address, cause), cause) => Address = address;

    private PoolClearedException(string message, ServerAddress address, Exception? cause)
        : base(message, cause)
    {
        Address = address;
        Interrupted = true;
    }

    /// <summary>The server of the pool.</summary>
    public ServerAddress Address { get; }

    /// <summary>Whether it took a connection away that was in use or being established.</summary>
    public bool Interrupted { get; }

    /// <summary>The error that a connection gets that is interrupted.</summary>
    internal static PoolClearedException Interruption(ServerAddress address, Exception? cause) =>
        new($"Connection to {address} interrupted due to server monitor timeout", address, cause);

    private static string Describe(ServerAddress address, Exception? cause) =>
        cause is null
            ? $"Connection pool for {address} is paused: the server has not been found available yet"
            : $"Connection pool for {address} was cleared because another operation failed with: {cause.Message}";
}

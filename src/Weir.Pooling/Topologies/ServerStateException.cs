using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Topologies;

/// <summary>A server said that it is going down; why its pool was cleared.</summary>
public sealed class ServerStateException : Exception
{
    internal ServerStateException(ServerAddress address, StateChangeError change)
        : base($"{address}: {change}") => Change = change;

    /// <summary>What the server said.</summary>
    public StateChangeError Change { get; }
}

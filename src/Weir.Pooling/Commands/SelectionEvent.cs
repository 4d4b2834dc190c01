using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;

namespace Weir.Pooling.Commands;

/// <summary>A step of the selection of a server for an operation.</summary>
/// <remarks>The steps that the server selection specification wants logged.</remarks>
public abstract record SelectionEvent
{
    private SelectionEvent() { }

    /// <summary>What is looked for: a read preference, or a writable server.</summary>
    public string Selector { get; init; } = "";

    /// <summary>The command's name.</summary>
    public string Operation { get; init; } = "";

    /// <summary>The number of the operation; attempts of one operation share it.</summary>
    public long OperationId { get; init; }

    /// <summary>The topology as it is seen.</summary>
    public TopologyDescription Topology { get; init; } = TopologyDescription.Empty;

    /// <summary>The selection begins.</summary>
    public sealed record Started : SelectionEvent;

    /// <summary>No server is suitable now. Once for a selection.</summary>
    public sealed record Waiting(TimeSpan Remaining) : SelectionEvent;

    /// <summary>A server was found.</summary>
    public sealed record Succeeded(ServerAddress Address) : SelectionEvent;

    /// <summary>None was found.</summary>
    public sealed record Failed(Exception Failure) : SelectionEvent;
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>A replica set at one moment: immutable.</summary>
internal sealed record ReplicaSetView
{
    public required string Name { get; init; }

    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>The primary's index, -1 while there is none.</summary>
    public required int Primary { get; init; }

    /// <summary>Grows with every election.</summary>
    public required int Term { get; init; }

    /// <summary>The configuration's version: members don't come and go here.</summary>
    public int SetVersion { get; init; } = 1;

    /// <summary>Grows with the term, as servers compare it.</summary>
    public ObjectId ElectionId => ObjectId.Parse($"7fffffff{Term:x16}");
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>
/// What a member's hello says about the topology: an immutable snapshot that is replaced at every change.
/// <see cref="Superseded"/> completes then, which is what an awaitable hello waits for.
/// </summary>
internal sealed class HelloState
{
    private readonly TaskCompletionSource superseded = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public required ObjectId ProcessId { get; init; }

    public required long Counter { get; init; }

    /// <summary>The set as it stood; null for a standalone.</summary>
    public ReplicaSetView? Set { get; init; }

    public bool IsPrimary { get; init; }

    public Task Superseded => superseded.Task;

    public BsonDocument TopologyVersion => new() { ["processId"] = ProcessId, ["counter"] = Counter };

    public void Supersede() => superseded.TrySetResult();
}

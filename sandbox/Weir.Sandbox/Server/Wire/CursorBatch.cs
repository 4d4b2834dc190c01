using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>The <c>cursor</c> of a reply.</summary>
internal sealed class CursorBatch
{
    public required bool IsFirst { get; init; }

    /// <summary>The cursor's id, 0 when it is exhausted.</summary>
    public long Id { get; set; }

    public required string Namespace { get; init; }

    public List<ReadOnlyMemory<byte>> Documents { get; } = [];

    /// <summary>Further fields, such as postBatchResumeToken.</summary>
    public BsonDocument? Extra { get; set; }
}

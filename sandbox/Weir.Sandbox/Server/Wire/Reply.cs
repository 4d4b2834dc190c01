using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>What a command answers: a document, and for cursors a batch whose documents stay bytes.</summary>
internal sealed class Reply(BsonDocument body)
{
    public BsonDocument Body { get; } = body;

    public CursorBatch? Batch { get; init; }

    /// <summary>What an exhaust request runs next; null ends the stream.</summary>
    public BsonDocument? Next { get; init; }

    public bool IsError => Body.TryGetValue("ok", out var ok) && ok.IsNumber && ok.ToDouble() == 0;

    public static implicit operator Reply(BsonDocument body) => new(body);
}

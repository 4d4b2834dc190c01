using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>A cursor that is open between commands. Used by one command at a time: <see cref="TryPin"/>.</summary>
internal sealed class ServerCursor(DocumentCursor source, string @namespace)
{
    private int pinned;

    public long Id { get; set; }

    public DocumentCursor Source { get; } = source;

    public string Namespace { get; } = @namespace;

    /// <summary>The session that opened it; a getMore must come from the same.</summary>
    public SessionId? Session { get; init; }

    /// <summary>The transaction that opened it.</summary>
    public long? TransactionNumber { get; init; }

    /// <summary>Who opened it.</summary>
    public string User { get; init; } = "";

    public bool IsTailable { get; init; }

    /// <summary>A getMore that finds nothing waits for something.</summary>
    public bool AwaitsData { get; init; }

    /// <summary>It stays open however long nobody asks (noCursorTimeout).</summary>
    public bool HasNoTimeout { get; init; }

    /// <summary>The command that opened it, for $currentOp.</summary>
    public BsonDocument? Origin { get; init; }

    public long LastUse { get; set; }

    public bool IsPinned => Volatile.Read(ref pinned) != 0;

    /// <summary>It was killed while a command used it: that command's end is its end.</summary>
    public bool IsKilled { get; set; }

    public bool TryPin() => Interlocked.CompareExchange(ref pinned, 1, 0) == 0;

    public void Unpin() => Volatile.Write(ref pinned, 0);
}

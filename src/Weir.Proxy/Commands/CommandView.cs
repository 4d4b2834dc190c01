using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Proxy.Commands;

/// <summary>
/// What routing and patching need to know of a request, as values and as offsets into its bytes. Offsets count
/// from the message's first byte; 0 means "not there" (the header is there in every message).
/// </summary>
internal struct CommandView
{
    public CommandKind Kind;

    /// <summary>The command's name as text; null: Weir does not know it.</summary>
    public string? Text;
    public int RequestId;
    public OpMsgFlags Flags;

    /// <summary>The body document (section kind 0).</summary>
    public ByteRange Body;

    /// <summary>The command's name, and the value of <c>$db</c>, both as UTF-8.</summary>
    public ByteRange Name;
    public ByteRange Database;

    /// <summary>The command's own value where it is a string, which names a collection.</summary>
    public ByteRange Target;

    public SessionId Session;
    public long TxnNumber;

    /// <summary>The whole element <c>txnNumber</c>: type byte, name and value.</summary>
    public ByteRange TxnNumberElement;
    public bool StartTransaction;

    /// <summary><c>autocommit: false</c>: part of a transaction of several statements.</summary>
    public bool InTransaction;

    /// <summary>The document <c>$readPreference</c>.</summary>
    public ByteRange ReadPreference;

    /// <summary>getMore's cursor.</summary>
    public long CursorId;
    public int CursorIdOffset;

    /// <summary>killCursors' array of ids.</summary>
    public ByteRange Cursors;

    public long MaxTimeMS;
    public int MaxTimeOffset;
    public BsonType MaxTimeType;

    /// <summary>It asks for a cursor whose getMores wait for data: awaitData, or a change stream.</summary>
    public bool OpensAwaitable;

    /// <summary>It has a comment of the client's own.</summary>
    public bool HasComment;

    /// <summary>An aggregation that ends in $out or $merge.</summary>
    public bool WritesOut;

    /// <summary>The client expects no reply at all.</summary>
    public readonly bool IsUnacknowledged => (Flags & OpMsgFlags.MoreToCome) != 0;

    public readonly bool HasTxnNumber => !TxnNumberElement.IsEmpty;

    /// <summary>A write that its server recognises when it comes a second time.</summary>
    public readonly bool IsRetryableWrite => HasTxnNumber && !InTransaction;

    /// <summary>It must run on a server that takes writes.</summary>
    public readonly bool IsWrite => WritesOut || InTransaction || Kind.IsWrite();

    /// <summary>Weir may send it a second time after a failure of the first server.</summary>
    public readonly bool IsRepeatable =>
        IsRetryableWrite || (Kind.IsRepeatableRead() && !InTransaction && !WritesOut);
}

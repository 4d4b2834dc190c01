using Weir.Proxy.Commands;

namespace Weir.Proxy.Exchanges;

/// <summary>What Weir learns from a server's reply, as values and as offsets from the message's first byte.</summary>
internal struct ReplyView
{
    public ByteRange Body;

    /// <summary><c>ok: 1</c>.</summary>
    public bool IsOk;

    /// <summary>The error's code; 0 without one.</summary>
    public int Code;

    /// <summary>The code of <c>writeConcernError</c>; 0 without one.</summary>
    public int WriteConcernCode;

    /// <summary>The server has too much to do, did nothing, and says that the command may be sent again.</summary>
    public bool IsRetryableOverload;

    /// <summary><c>cursor.id</c>: 0 offset when the reply has no cursor.</summary>
    public long CursorId;
    public int CursorIdOffset;

    /// <summary><c>cursor.ns</c>, as UTF-8.</summary>
    public ByteRange CursorNamespace;

    /// <summary>A getMore's reply that brings nothing.</summary>
    public bool IsEmptyBatch;

    public readonly bool HasCursor => CursorIdOffset != 0;
}

namespace Weir.Protocol.Wire;

/// <summary>The flag bits of an OP_REPLY.</summary>
[Flags]
public enum OpReplyFlags
{
    None = 0,
    CursorNotFound = 1 << 0,
    QueryFailure = 1 << 1,
    AwaitCapable = 1 << 3,
}

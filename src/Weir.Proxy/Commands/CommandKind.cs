namespace Weir.Proxy.Commands;

/// <summary>The commands that Weir treats in a way of their own; all others are <see cref="Other"/>.</summary>
internal enum CommandKind : byte
{
    /// <summary>Forwarded; routed by its read preference, to the primary without one.</summary>
    Other = 0,

    /// <summary>Forwarded, and always to the primary: it writes, whatever its read preference says.</summary>
    OtherWrite,

    /// <summary>Forwarded; reads and may be sent a second time.</summary>
    OtherRead,

    Hello,
    SaslStart,
    SaslContinue,
    Authenticate,
    Logout,
    WhatsMyUri,
    ConnectionStatus,

    Ping,
    Find,
    Aggregate,
    GetMore,
    KillCursors,
    Insert,
    Update,
    Delete,
    FindAndModify,
    BulkWrite,
    CommitTransaction,
    AbortTransaction,
    EndSessions,
    KillSessions,
    KillAllSessions,
}

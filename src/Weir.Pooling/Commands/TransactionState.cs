namespace Weir.Pooling.Commands;

/// <summary>How far a session's transaction is.</summary>
public enum TransactionState
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Started; the server does not know of it yet.</summary>
    Starting,

    /// <summary>The server knows of it.</summary>
    InProgress,

    /// <summary>Committed, or the commit's outcome is unknown.</summary>
    Committed,

    /// <summary>Aborted.</summary>
    Aborted,
}

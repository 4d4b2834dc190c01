namespace Weir.Engine;

/// <summary>Where a session's transaction stands.</summary>
internal enum TransactionState
{
    Open,
    Committed,
    Aborted,
}

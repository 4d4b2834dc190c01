namespace Weir.Sandbox.Server;

/// <summary>What a session's newest transaction number stands for, and how far it got.</summary>
internal enum TransactionState
{
    /// <summary>No number was used yet.</summary>
    None = 0,

    /// <summary>A retryable write.</summary>
    RetryableWrite,

    InProgress,

    Committed,

    Aborted,
}

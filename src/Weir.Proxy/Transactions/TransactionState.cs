namespace Weir.Proxy.Transactions;

/// <summary>How far a transaction is, as Weir has seen it.</summary>
internal enum TransactionState
{
    /// <summary>Statements may follow; when its client goes it must be aborted.</summary>
    Open,

    /// <summary>
    /// A commit was sent. It may be sent again, so the pin stays; it must not be aborted, whoever goes.
    /// </summary>
    Committing,
}

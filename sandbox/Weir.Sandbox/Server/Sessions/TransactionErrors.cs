using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>What a session answers to a transaction number that does not fit.</summary>
internal static class TransactionErrors
{
    public static CommandError NotAReplicaSet() =>
        new(20, "IllegalOperation", "Transaction numbers are only allowed on a replica set member or mongos");

    public static CommandError TooOld(long number, long newest) =>
        new(
            225,
            "TransactionTooOld",
            $"Cannot use transaction number {number}: a newer transaction with txnNumber {newest} has already started on this session."
        );

    public static CommandError NoMatch(long number, long newest) =>
        new(
            251,
            "NoSuchTransaction",
            $"Given transaction number {number} does not match any in-progress transactions. The active transaction number is {newest}"
        );

    public static CommandError Aborted(long number) =>
        new(251, "NoSuchTransaction", $"Transaction with {{ txnNumber: {number} }} has been aborted.");

    public static CommandError Committed(long number) =>
        new(256, "TransactionCommitted", $"Transaction with {{ txnNumber: {number} }} has been committed.");

    public static CommandError AlreadyStarted(long number, TransactionState state) =>
        new(
            50911,
            $"Cannot start a transaction at given transaction number {number} a transaction with the same number is in state {state}"
        );

    public static CommandError NotRetryable(long number) =>
        new(
            217,
            "IncompleteTransactionHistory",
            $"Cannot retry a retryable write: transaction number {number} was used in a multi-document transaction"
        );
}

using Weir.Pooling.Connections;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Errors;

/// <summary>
/// The labels that make a driver do the right thing with an error of Weir's: retry the operation, start the
/// transaction again, back off.
/// </summary>
internal static class RetryLabels
{
    private static readonly string[] None = [];
    private static readonly string[] Write = [ErrorLabels.RetryableWriteError];
    private static readonly string[] Transaction = [ErrorLabels.TransientTransactionError];

    /// <summary>Overload, before anything was sent: any command may be sent again, after backing off.</summary>
    public static IReadOnlyList<string> Overload { get; } =
    [ErrorLabels.SystemOverloadedError, ErrorLabels.RetryableError];

    /// <summary>
    /// The server was lost, or was not there, so that the command may have run or not. What a driver would have
    /// concluded itself from a network error on a connection of its own.
    /// </summary>
    public static IReadOnlyList<string> ForLostServer(in CommandView command)
    {
        // Commit and abort are retryable writes of their own. Any other statement of a transaction can't be
        // repeated alone, but the transaction can.
        if (command.Kind is CommandKind.CommitTransaction or CommandKind.AbortTransaction)
            return Write;
        if (command.InTransaction)
            return Transaction;
        return command.HasTxnNumber ? Write : None;
    }

    /// <summary>Nothing was sent, and sending again at once would not help; a transaction may start anew.</summary>
    public static IReadOnlyList<string> ForNothingSent(in CommandView command) =>
        command.InTransaction && command.Kind is not CommandKind.CommitTransaction ? Transaction : None;
}

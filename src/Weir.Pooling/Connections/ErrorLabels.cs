namespace Weir.Pooling.Connections;

/// <summary>The labels that servers and drivers put on errors, as they are written on the wire.</summary>
public static class ErrorLabels
{
    /// <summary>The server is overloaded: back off, do not clear the pool.</summary>
    public const string SystemOverloadedError = "SystemOverloadedError";

    /// <summary>The command was not run: it may be tried again.</summary>
    public const string RetryableError = "RetryableError";

    /// <summary>A write that may be tried again, because its transaction number makes it run once.</summary>
    public const string RetryableWriteError = "RetryableWriteError";

    /// <summary>The whole transaction may be tried again.</summary>
    public const string TransientTransactionError = "TransientTransactionError";

    /// <summary>What became of a commit is not known: it may be sent again.</summary>
    public const string UnknownTransactionCommitResult = "UnknownTransactionCommitResult";

    /// <summary>Put on errors of the network while a connection is made: the server may be overloaded.</summary>
    internal static IReadOnlyList<string> Overload { get; } = [SystemOverloadedError, RetryableError];
}

using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.Destinations;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;
using Weir.Sync.Sources;

namespace Weir.Sync.Runs;

/// <summary>Which failures another attempt may help with: whatever sync does can be done twice.</summary>
internal static class Failures
{
    private static readonly string[] s_labels =
    [
        "RetryableWriteError",
        "RetryableError",
        "SystemOverloadedError",
        "TransientTransactionError",
        "ResumableChangeStreamError",
    ];

    public static bool IsWorthRetrying(Exception failure) =>
        failure switch
        {
            ConnectionException or PoolClearedException or PoolTimeoutException or WaitQueueFullException =>
                true,
            ServerSelectionException selection => selection.IsTimeout,
            DestinationException destination => destination.Failure == DestinationFailure.Unreachable,
            SourceException source => source.IsTransient,
            WriteTroubleException => true,
            CommandException command => IsTransientCode(command.Code)
                || s_labels.Any(label => FailureLabels.Has(command, label)),
            _ => false,
        };

    /// <summary>Server states and collisions that pass.</summary>
    public static bool IsTransientCode(int code) =>
        code
            is 6 // HostUnreachable
                or 7 // HostNotFound
                or 24 // LockTimeout
                or 43 // CursorNotFound
                or 50 // MaxTimeMSExpired
                or 64 // WriteConcernTimeout
                or 89 // NetworkTimeout
                or 91 // ShutdownInProgress
                or 112 // WriteConflict
                or 134 // ReadConcernMajorityNotAvailableYet
                or 189 // PrimarySteppedDown
                or 234 // RetryChangeStream
                or 237 // CursorKilled
                or 262 // ExceededTimeLimit
                or 462 // IngressRequestRateLimitExceeded
                or 9001 // SocketException
                or 10107 // NotWritablePrimary
                or 11600 // InterruptedAtShutdown
                or 11602 // InterruptedDueToReplStateChange
                or 13388 // StaleConfig
                or 13435 // NotPrimaryNoSecondaryOk
                or 13436; // NotPrimaryOrSecondary
}

using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;

namespace Weir.Pooling.Commands;

/// <summary>Which failures are worth another attempt.</summary>
/// <remarks>The specifications of retryable reads, retryable writes and client backpressure.</remarks>
internal static class RetryRules
{
    public static readonly TimeSpan BaseBackoff = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(10);

    public static bool IsOverload(Exception failure) =>
        FailureLabels.Has(failure, ErrorLabels.SystemOverloadedError);

    public static bool IsRetryableOverload(Exception failure) =>
        IsOverload(failure) && FailureLabels.Has(failure, ErrorLabels.RetryableError);

    public static bool IsNetworkError(Exception failure) =>
        failure is ConnectionException or PoolClearedException;

    public static bool IsRetryableRead(Exception failure) =>
        IsNetworkError(failure)
        || failure is CommandException { Code: var code } && IsRetryableReadCode(code);

    /// <summary>Servers since 4.4 label what may be tried again; what happened on the way they cannot label.</summary>
    public static bool IsRetryableWrite(Exception failure) =>
        IsNetworkError(failure) || FailureLabels.Has(failure, ErrorLabels.RetryableWriteError);

    /// <summary>The base of the pauses, as the server would have it; the specification's where it says nothing.</summary>
    public static TimeSpan BackoffBase(Exception failure) =>
        failure is CommandException e
        && e.Reply.GetValueOrDefault("baseBackoffMS") is { IsNumber: true } told
        && told.ToDouble() is > 0 and var milliseconds
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, MaxBackoff.TotalMilliseconds))
            : BaseBackoff;

    public static TimeSpan Backoff(Exception failure, int attempt, double jitter)
    {
        var longest = BackoffBase(failure).TotalMilliseconds * Math.Pow(2, attempt);
        return TimeSpan.FromMilliseconds(jitter * Math.Min(MaxBackoff.TotalMilliseconds, longest));
    }

    /// <summary>Failures that another attempt is thought about for; the rest goes straight to the caller.</summary>
    public static bool IsFailure(Exception failure) =>
        failure
            is CommandException
                or ConnectionException
                or PoolClearedException
                or PoolTimeoutException
                or ServerSelectionException
                or WaitQueueFullException;

    private static bool IsRetryableReadCode(int code) =>
        code is 6 or 7 or 89 or 91 or 134 or 189 or 262 or 9001 or 10107 or 11600 or 11602 or 13435 or 13436;
}

using System.Collections.Frozen;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>Names of the error codes that fail points are usually asked for.</summary>
internal static class ServerErrors
{
    private static readonly FrozenDictionary<int, string> names = new Dictionary<int, string>
    {
        [1] = "InternalError",
        [6] = "HostUnreachable",
        [7] = "HostNotFound",
        [8] = "UnknownError",
        [13] = "Unauthorized",
        [18] = "AuthenticationFailed",
        [24] = "LockTimeout",
        [43] = "CursorNotFound",
        [50] = "MaxTimeMSExpired",
        [64] = "WriteConcernTimeout",
        [79] = "UnknownReplWriteConcern",
        [89] = "NetworkTimeout",
        [91] = "ShutdownInProgress",
        [100] = "UnsatisfiableWriteConcern",
        [134] = "ReadConcernMajorityNotAvailableYet",
        [175] = "QueryPlanKilled",
        [189] = "PrimarySteppedDown",
        [225] = "TransactionTooOld",
        [237] = "CursorKilled",
        [246] = "SnapshotUnavailable",
        [251] = "NoSuchTransaction",
        [256] = "TransactionCommitted",
        [262] = "ExceededTimeLimit",
        [391] = "ReauthenticationRequired",
        [433] = "AdmissionQueueOverflow",
        [449] = "RateLimitExceeded",
        [9001] = "SocketException",
        [10107] = "NotWritablePrimary",
        [11600] = "InterruptedAtShutdown",
        [11601] = "Interrupted",
        [11602] = "InterruptedDueToReplStateChange",
        [13388] = "StaleConfig",
        [13435] = "NotPrimaryNoSecondaryOk",
        [13436] = "NotPrimaryOrSecondary",
    }.ToFrozenDictionary();

    public static CommandError Make(int code, string message) =>
        names.TryGetValue(code, out var name) ? new(code, name, message) : new(code, message);
}

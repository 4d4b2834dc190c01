namespace Weir.Drivers.Tests;

/// <summary>The steps of the common scenario, in its order.</summary>
internal static class Steps
{
    public static readonly IReadOnlyList<string> All =
    [
        "connect",
        "crud",
        "bulk",
        "aggregate",
        "indexes",
        "cursors",
        "tailable",
        "gridfs",
        "big",
        "types",
        "sessions",
        "transactions",
        "unacknowledged",
        "errors",
        "maxTimeMS",
        "retries",
        "preferences",
        "changes",
        "compression",
        "replicaSet",
        "loadBalanced",
        "direct",
        "stableApi",
        "many",
        "close",
    ];
}

namespace Weir.Pooling.Metrics;

/// <summary>What a tag calls the <see cref="Events.ConnectionCloseReason"/>s, in their order.</summary>
internal static class CloseReasons
{
    public static readonly string[] Names = ["stale", "idle", "error", "pool_closed", "evicted"];
}

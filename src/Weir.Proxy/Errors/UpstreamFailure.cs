using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;

namespace Weir.Proxy.Errors;

/// <summary>What a command of Weir's own can fail with that is no mistake of Weir's.</summary>
internal static class UpstreamFailure
{
    public static bool IsExpected(Exception e) =>
        e
            is CommandException
                or ConnectionException
                or PoolClearedException
                or PoolClosedException
                or PoolTimeoutException
                or WaitQueueFullException
                or ServerSelectionException
                or OperationCanceledException;
}

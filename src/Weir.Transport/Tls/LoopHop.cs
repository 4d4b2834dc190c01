namespace Weir.Transport.Tls;

/// <summary>One use of a channel on its loop, asked for from a thread that is none.</summary>
internal sealed class LoopHop<T>(Func<ValueTask<T>> use)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Does it there; the result comes back to the thread pool.</summary>
    public static Task<T> RunAsync(EventLoop loop, Func<ValueTask<T>> use)
    {
        var hop = new LoopHop<T>(use);
        loop.Post(static hop => _ = ((LoopHop<T>)hop!).UseAsync(), hop);
        return hop._done.Task;
    }

    private async Task UseAsync()
    {
        try
        {
            _done.SetResult(await use());
        }
        catch (Exception e)
        {
            _done.SetException(e);
        }
    }
}

namespace Weir.Transport.Memory;

/// <summary>
/// Runs what a send or a close sets free: at once and in order, but never inside one another, so that two ends
/// that answer each other don't grow the stack.
/// </summary>
internal static class Trampoline
{
    [ThreadStatic]
    private static Queue<Action>? _queue;

    [ThreadStatic]
    private static bool _running;

    public static void Run(Action action)
    {
        var queue = _queue ??= new Queue<Action>();
        queue.Enqueue(action);
        if (_running)
        {
            return;
        }

        _running = true;
        try
        {
            while (queue.TryDequeue(out var next))
            {
                next();
            }
        }
        finally
        {
            _running = false;
            // An action that threw leaves those behind it: somebody waits for them, and nobody else comes by.
            while (queue.TryDequeue(out var left))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static action => action(), left, preferLocal: true);
            }
        }
    }
}

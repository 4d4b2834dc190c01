namespace Weir.Transport.Loops;

/// <summary>A callback that waits for its loop.</summary>
internal readonly record struct Work(SendOrPostCallback Callback, object? State)
{
    public void Run() => Callback(State);
}

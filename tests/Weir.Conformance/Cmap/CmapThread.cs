namespace Weir.Conformance.Cmap;

/// <summary>A thread of a case: it does what it is given one thing after the other, beside the main thread.</summary>
internal sealed class CmapThread
{
    private Task _last = Task.CompletedTask;

    public void Add(Func<Task> operation) => _last = AfterAsync(_last, operation);

    /// <summary>Ends when it has done all; with the error of what failed, after which nothing was done.</summary>
    public Task JoinAsync() => _last;

    private static async Task AfterAsync(Task before, Func<Task> operation)
    {
        await before;
        await Task.Yield();
        await operation();
    }
}

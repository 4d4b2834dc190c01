namespace Weir.Conformance.UnifiedCases;

/// <summary>Operations one after the other, beside the case's own.</summary>
internal sealed class UnifiedThread
{
    private Task _last = Task.CompletedTask;

    public void Add(Func<Task> operation) => _last = AfterAsync(_last, operation);

    public Task JoinAsync() => _last.WaitAsync(TimeSpan.FromSeconds(20));

    private static async Task AfterAsync(Task before, Func<Task> operation)
    {
        // Begins beside whoever adds it, not in its midst.
        await Task.Yield();
        await before;
        await operation();
    }
}

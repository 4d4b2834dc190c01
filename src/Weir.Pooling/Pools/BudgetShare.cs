namespace Weir.Pooling.Pools;

/// <summary>The pools of one user of a <see cref="ConnectionBudget"/>, and when it last used any. Thread-safe.</summary>
internal sealed class BudgetShare(ConnectionBudget budget)
{
    private long _lastUsed;

    public ConnectionBudget Budget { get; } = budget;

    /// <summary>The clock's timestamp of the last use.</summary>
    public long LastUsed
    {
        get => Volatile.Read(ref _lastUsed);
        set => Volatile.Write(ref _lastUsed, value);
    }
}

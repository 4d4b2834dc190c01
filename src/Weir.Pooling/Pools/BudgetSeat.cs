namespace Weir.Pooling.Pools;

/// <summary>A pool's place at a <see cref="ConnectionBudget"/>. All but what is fixed is guarded by the budget's lock.</summary>
internal sealed class BudgetSeat(ConnectionBudget budget, ConnectionPool pool, BudgetShare share)
{
    public ConnectionBudget Budget { get; } = budget;

    public ConnectionPool Pool { get; } = pool;

    public BudgetShare Share { get; } = share;

    /// <summary>Permits that the pool has.</summary>
    public int Held { get; set; }

    /// <summary>Whether a permit is kept for it that it has not taken yet.</summary>
    public bool IsGranted { get; set; }

    /// <summary>Its place among those that wait.</summary>
    public LinkedListNode<BudgetSeat>? Place { get; set; }

    public long WaitingSince { get; set; }

    /// <summary>
    /// Whether it may wait, or have been granted what it waited for. Guarded by the pool's lock, so that a pool in
    /// which nobody waits does not take the budget's.
    /// </summary>
    public bool MayWait { get; private set; }

    public bool TryTake(bool waits)
    {
        var taken = Budget.TryTake(this, waits);
        MayWait |= waits && !taken;
        return taken;
    }

    public bool MustYield(bool isWanted) => Budget.MustYield(this, isWanted);

    /// <summary>Gives back what was granted, when nobody in the pool waits for it any more.</summary>
    public ConnectionPool? Withdraw()
    {
        MayWait = false;
        return Budget.Withdraw(this);
    }

    /// <summary>One connection is gone; called under no lock.</summary>
    public void Return() => Budget.Return(this)?.ServeWaiting();
}

namespace Weir.Proxy.Limits;

/// <summary>
/// The quotas of those who have the same limits, by key; forgotten when nothing would be lost. Bounded; thread-safe.
/// </summary>
internal sealed class QuotaTable(string whose, ClientLimits limits, TimeProvider time, int capacity = 65_536)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Quota> _quotas = new(StringComparer.Ordinal);

    /// <summary>Whether there is anything to keep to.</summary>
    public bool IsUnlimited => limits == ClientLimits.None;

    /// <summary>A place under a key, or why there is none; see <see cref="Quota.Enter"/>.</summary>
    public string? Enter(string key, out Quota? quota)
    {
        quota = null;
        if (IsUnlimited)
            return null;
        lock (_lock)
        {
            if (!_quotas.TryGetValue(key, out quota))
            {
                if (_quotas.Count >= capacity)
                    Forget_NeedsLock();
                if (_quotas.Count >= capacity)
                    return $"{capacity} of {whose}s are counted at a time, and that many are there";
                _quotas[key] = quota = new Quota(whose, limits, time);
            }
            // Under the lock, so that it can't be forgotten between the look and the entry.
            string? refusal = quota.Enter();
            if (refusal is not null)
                quota = null;
            return refusal;
        }
    }

    /// <summary>Forgets those that nobody uses; called now and then.</summary>
    public void Sweep()
    {
        lock (_lock)
            Forget_NeedsLock();
    }

    private void Forget_NeedsLock()
    {
        foreach ((string key, Quota quota) in _quotas)
        {
            if (quota.IsIdle)
                _quotas.Remove(key);
        }
    }
}

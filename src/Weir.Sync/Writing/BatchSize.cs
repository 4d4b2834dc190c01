namespace Weir.Sync.Writing;

/// <summary>
/// How many statements go into a write command: more while the destination answers quickly, fewer when it is slow or
/// in trouble. Shared by the writers of an entity. Thread-safe.
/// </summary>
internal sealed class BatchSize
{
    private const int Least = 16;
    private const int Most = 20_000;

    private static readonly TimeSpan s_quick = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(1);

    private int _current = 1000;

    public int Current => Volatile.Read(ref _current);

    /// <summary>A command with a full batch was answered in that time.</summary>
    public void Answered(int statements, TimeSpan elapsed)
    {
        var current = Current;
        if (elapsed > s_slow)
        {
            Set(current, current / 2);
        }
        else if (elapsed < s_quick && statements >= current)
        {
            Set(current, current + current / 2);
        }
    }

    /// <summary>A command failed.</summary>
    public void Trouble() => Set(Current, Current / 2);

    // Whoever changed it in between has newer news.
    private void Set(int from, int to) =>
        Interlocked.CompareExchange(ref _current, Math.Clamp(to, Least, Most), from);
}

namespace Weir.Transport.Loops;

/// <summary>
/// Callbacks in order, in an array that is kept: adding allocates only while the list grows. Not thread-safe.
/// </summary>
internal sealed class WorkList
{
    /// <summary>A burst's array is not kept for ever.</summary>
    private const int KeepUpTo = 4096;

    private Work[] _items = new Work[64];

    public int Count { get; private set; }

    public void Add(Work work)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count++] = work;
    }

    /// <summary>Runs all in order and empties the list; nothing may be added meanwhile.</summary>
    public void RunAll()
    {
        for (var i = 0; i < Count; i++)
        {
            var work = _items[i];
            _items[i] = default;
            work.Run();
        }

        Count = 0;
        if (_items.Length > KeepUpTo)
        {
            _items = new Work[64];
        }
    }
}

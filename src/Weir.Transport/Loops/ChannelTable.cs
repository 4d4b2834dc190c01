namespace Weir.Transport.Loops;

/// <summary>
/// What the keys in the kernel's events stand for. A descriptor's number is used again at once after a close;
/// a key never is (until 2^28 channels have come), so an event that is late finds nothing or another key.
/// </summary>
/// <remarks>Thread-safe; <see cref="Find"/> takes no lock. All loops of a network share it, so that a channel
/// keeps its key when it moves.</remarks>
internal sealed class ChannelTable
{
    /// <summary>The four bits above it are free: <see cref="UringBackend"/> says in them what a key completes.</summary>
    private const uint MaxGeneration = (1 << 28) - 1;

    private readonly Stack<int> _free = new();
    private object?[] _slots = new object?[64];
    private int _used;
    private uint _generation;

    /// <summary>Guards the table, and descriptors against a close during a use that is off their loop.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The owner in the key's slot, which may have another key by now: compare.</summary>
    public object? Find(ulong key)
    {
        var slots = Volatile.Read(ref _slots);
        var slot = (uint)key;
        return slot < (uint)slots.Length ? Volatile.Read(ref slots[slot]) : null;
    }

    /// <summary>Takes a slot: its key. It is found once it is <see cref="Put"/> there.</summary>
    public ulong Take()
    {
        lock (Gate)
        {
            if (!_free.TryPop(out var slot))
            {
                slot = _used++;
                if (slot == _slots.Length)
                {
                    var slots = new object?[_slots.Length * 2];
                    _slots.CopyTo(slots, 0);
                    Volatile.Write(ref _slots, slots);
                }
            }

            return ((ulong)(_generation++ & MaxGeneration) << 32) | (uint)slot;
        }
    }

    public void Put(ulong key, object owner)
    {
        lock (Gate)
        {
            Volatile.Write(ref _slots[(uint)key], owner);
        }
    }

    public void Free(ulong key)
    {
        lock (Gate)
        {
            _slots[(uint)key] = null;
            _free.Push((int)(uint)key);
        }
    }

    /// <summary>All that are there.</summary>
    public object[] Snapshot()
    {
        lock (Gate)
        {
            return [.. _slots.Where(owner => owner is not null).Cast<object>()];
        }
    }
}

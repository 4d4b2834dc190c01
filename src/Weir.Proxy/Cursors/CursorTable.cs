using System.Security.Cryptography;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Clients;

namespace Weir.Proxy.Cursors;

/// <summary>
/// The cursors that clients hold, under ids of Weir's own: ids of two servers can be the same, and one that Weir
/// made up says at once where it leads. Bounded; thread-safe.
/// </summary>
/// <remarks>
/// An id is a slot's number (the low 32 bits) and a random tag (the high 31): a lookup needs no hash, an old id
/// does not find a slot's next user, and ids can't be guessed one from the other. Never 0, never negative.
/// </remarks>
internal sealed class CursorTable(int capacity, TimeProvider time, TimeSpan idleLifetime)
{
    private const int FirstSize = 64;

    private readonly Lock _lock = new();
    private Slot[] _slots = new Slot[Math.Min(FirstSize, capacity)];
    private int _used;
    private int _free = WorkOwner.None;

    /// <summary>Cursors open now.</summary>
    public int Count { get; private set; }

    public int Capacity { get; } = capacity;

    /// <summary>Enters a cursor. <see langword="false"/>: the table is full.</summary>
    public bool TryAdd(in Cursor cursor, WorkOwner owner, out long id)
    {
        lock (_lock)
        {
            if (Claim_NeedsLock() is not { } index)
            {
                id = 0;
                return false;
            }
            ref Slot slot = ref _slots[index];
            slot.Tag = RandomNumberGenerator.GetInt32(1, int.MaxValue);
            slot.Cursor = cursor;
            slot.User = owner.User;
            slot.LastUsed = time.GetTimestamp();
            Link_NeedsLock(index, owner);
            Count++;
            id = Id(slot.Tag, index);
            return true;
        }
    }

    /// <summary>
    /// Finds a cursor and makes <paramref name="owner"/> the one who used it last. One that another user opened is
    /// not found, since to that owner there is none.
    /// </summary>
    public bool TryUse(long id, WorkOwner owner, out Cursor cursor)
    {
        lock (_lock)
        {
            if (!TryFind_NeedsLock(id, out int index) || _slots[index].User != owner.User)
            {
                cursor = default;
                return false;
            }
            ref Slot slot = ref _slots[index];
            cursor = slot.Cursor;
            slot.LastUsed = time.GetTimestamp();
            if (slot.Owner != owner)
            {
                Unlink_NeedsLock(index);
                Link_NeedsLock(index, owner);
            }
            return true;
        }
    }

    /// <summary>Forgets a cursor: it is exhausted or killed.</summary>
    public bool Remove(long id)
    {
        lock (_lock)
        {
            if (!TryFind_NeedsLock(id, out int index))
                return false;
            Release_NeedsLock(index);
            return true;
        }
    }

    /// <summary>Takes out every cursor of <paramref name="owner"/>, so that they can be killed.</summary>
    public List<Cursor> TakeAll(WorkOwner owner)
    {
        List<Cursor> taken = [];
        lock (_lock)
        {
            while (owner.FirstCursor != WorkOwner.None)
            {
                taken.Add(_slots[owner.FirstCursor].Cursor);
                Release_NeedsLock(owner.FirstCursor);
            }
        }
        return taken;
    }

    /// <summary>Takes out the cursors that nobody has used for the idle lifetime, so that they can be killed.</summary>
    public List<Cursor> TakeIdle()
    {
        List<Cursor> taken = [];
        long now = time.GetTimestamp();
        lock (_lock)
        {
            for (int index = 0; index < _used; index++)
            {
                ref Slot slot = ref _slots[index];
                if (slot.Tag == 0 || time.GetElapsedTime(slot.LastUsed, now) < idleLifetime)
                    continue;
                taken.Add(slot.Cursor);
                Release_NeedsLock(index);
            }
        }
        return taken;
    }

    /// <summary>Every cursor there is at this moment, and who has it; for whoever looks on.</summary>
    public List<(long Id, Cursor Cursor, Identity User, long Client, TimeSpan Idle)> List()
    {
        List<(long, Cursor, Identity, long, TimeSpan)> all = [];
        long now = time.GetTimestamp();
        lock (_lock)
        {
            for (int index = 0; index < _used; index++)
            {
                ref Slot slot = ref _slots[index];
                if (slot.Tag == 0)
                    continue;
                TimeSpan idle = time.GetElapsedTime(slot.LastUsed, now);
                all.Add((Id(slot.Tag, index), slot.Cursor, slot.User, slot.Owner!.Client, idle));
            }
        }
        return all;
    }

    private static long Id(int tag, int index) => ((long)tag << 32) | (uint)index;

    private bool TryFind_NeedsLock(long id, out int index)
    {
        index = (int)(uint)id;
        int tag = (int)(id >> 32);
        return tag > 0 && (uint)index < (uint)_used && _slots[index].Tag == tag;
    }

    private int? Claim_NeedsLock()
    {
        if (_free != WorkOwner.None)
        {
            int index = _free;
            _free = _slots[index].Next;
            return index;
        }
        if (_used == Capacity)
            return null;
        if (_used == _slots.Length)
            Array.Resize(ref _slots, Math.Min(2 * _slots.Length, Capacity));
        return _used++;
    }

    private void Release_NeedsLock(int index)
    {
        Unlink_NeedsLock(index);
        _slots[index] = new Slot { Next = _free };
        _free = index;
        Count--;
    }

    private void Link_NeedsLock(int index, WorkOwner owner)
    {
        owner.Cursors++;
        ref Slot slot = ref _slots[index];
        slot.Owner = owner;
        slot.Previous = WorkOwner.None;
        slot.Next = owner.FirstCursor;
        if (owner.FirstCursor != WorkOwner.None)
            _slots[owner.FirstCursor].Previous = index;
        Volatile.Write(ref owner.FirstCursor, index);
    }

    private void Unlink_NeedsLock(int index)
    {
        ref Slot slot = ref _slots[index];
        slot.Owner!.Cursors--;
        if (slot.Previous != WorkOwner.None)
            _slots[slot.Previous].Next = slot.Next;
        else
            Volatile.Write(ref slot.Owner.FirstCursor, slot.Next);
        if (slot.Next != WorkOwner.None)
            _slots[slot.Next].Previous = slot.Previous;
        slot.Owner = null;
    }

    /// <summary>A tag of 0 says that the slot is free; its <see cref="Next"/> is then the next free one.</summary>
    private struct Slot
    {
        public int Tag;
        public int Next;
        public int Previous;
        public WorkOwner? Owner;
        public Identity User;
        public long LastUsed;
        public Cursor Cursor;
    }
}

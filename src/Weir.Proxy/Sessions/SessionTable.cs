using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Clients;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Sessions;

/// <summary>
/// Which sessions clients use, and who used each last: so that they can be ended when that client has gone, and so
/// that a user's are told from another's. Bounded; thread-safe; a session that is known already costs no allocation.
/// </summary>
/// <remarks>
/// When it is full, those that nobody has used for as long as servers keep a session are forgotten; if there are
/// none, a new one is not entered. All that is lost then is that the server ends it later than Weir would have.
/// </remarks>
internal sealed class SessionTable
{
    /// <summary>How long a server keeps a session that nobody uses, unless its administrator said otherwise.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();

    // The slots that are taken, by their keys: a dictionary would hold each key a second time.
    private readonly HashSet<int> _taken;
    private readonly HashSet<int>.AlternateLookup<SessionKey> _index;
    private Slot[] _slots;
    private int _used;
    private int _free = WorkOwner.None;
    private long _searched;

    public SessionTable(int capacity, TimeProvider time)
    {
        _capacity = capacity;
        _time = time;
        _slots = new Slot[Math.Min(64, capacity)];
        _taken = new HashSet<int>(new ByKey(this));
        _index = _taken.GetAlternateLookup<SessionKey>();
    }

    /// <summary>Sessions that are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _taken.Count;
        }
    }

    /// <summary>A session is being used.</summary>
    public void Use(SessionId session, WorkOwner owner)
    {
        var key = new SessionKey(session, owner.User);
        lock (_lock)
        {
            if (_index.TryGetValue(key, out int index))
            {
                if (_slots[index].Owner != owner)
                {
                    Unlink_NeedsLock(index);
                    Link_NeedsLock(index, owner);
                }
            }
            else if (Claim_NeedsLock() is { } claimed)
            {
                index = claimed;
                _slots[index].Key = key;
                _taken.Add(index);
                Link_NeedsLock(index, owner);
            }
            else
            {
                return;
            }
            _slots[index].LastUsed = _time.GetTimestamp();
        }
    }

    /// <summary>A session has been ended. <see langword="false"/>: the user has none of that id.</summary>
    public bool Remove(SessionId session, Identity user)
    {
        lock (_lock)
        {
            if (!_index.TryGetValue(new SessionKey(session, user), out int index))
                return false;
            Release_NeedsLock(index);
            return true;
        }
    }

    /// <summary>Takes out every session that <paramref name="owner"/> used last.</summary>
    public List<SessionId> TakeAll(WorkOwner owner)
    {
        List<SessionId> taken = [];
        lock (_lock)
        {
            while (owner.FirstSession != WorkOwner.None)
            {
                taken.Add(_slots[owner.FirstSession].Key.Session);
                Release_NeedsLock(owner.FirstSession);
            }
        }
        return taken;
    }

    /// <summary>Takes out every session of <paramref name="user"/>.</summary>
    public List<SessionId> TakeAll(Identity user)
    {
        List<SessionId> taken = [];
        lock (_lock)
        {
            for (int index = 0; index < _used; index++)
            {
                if (_slots[index].Owner is null || _slots[index].Key.User != user)
                    continue;
                taken.Add(_slots[index].Key.Session);
                Release_NeedsLock(index);
            }
        }
        return taken;
    }

    private int? Claim_NeedsLock()
    {
        if (_free == WorkOwner.None && _used == _capacity)
            ForgetUnused_NeedsLock();
        if (_free != WorkOwner.None)
        {
            int index = _free;
            _free = _slots[index].Next;
            return index;
        }
        if (_used == _capacity)
            return null;
        if (_used == _slots.Length)
            Array.Resize(ref _slots, Math.Min(_slots.Length + (_slots.Length / 2), _capacity));
        return _used++;
    }

    /// <summary>That looks at all of them, and so is not done for every newcomer.</summary>
    private void ForgetUnused_NeedsLock()
    {
        long now = _time.GetTimestamp();
        if (_searched != 0 && _time.GetElapsedTime(_searched, now) < TimeSpan.FromMinutes(1))
            return;
        _searched = now;
        for (int index = 0; index < _used; index++)
        {
            if (
                _slots[index].Owner is not null
                && _time.GetElapsedTime(_slots[index].LastUsed, now) >= Lifetime
            )
                Release_NeedsLock(index);
        }
    }

    private void Release_NeedsLock(int index)
    {
        _taken.Remove(index);
        Unlink_NeedsLock(index);
        _slots[index] = new Slot { Next = _free };
        _free = index;
    }

    private void Link_NeedsLock(int index, WorkOwner owner)
    {
        ref Slot slot = ref _slots[index];
        slot.Owner = owner;
        slot.Previous = WorkOwner.None;
        slot.Next = owner.FirstSession;
        if (owner.FirstSession != WorkOwner.None)
            _slots[owner.FirstSession].Previous = index;
        Volatile.Write(ref owner.FirstSession, index);
    }

    private void Unlink_NeedsLock(int index)
    {
        ref Slot slot = ref _slots[index];
        if (slot.Previous != WorkOwner.None)
            _slots[slot.Previous].Next = slot.Next;
        else
            Volatile.Write(ref slot.Owner!.FirstSession, slot.Next);
        if (slot.Next != WorkOwner.None)
            _slots[slot.Next].Previous = slot.Previous;
        slot.Owner = null;
    }

    /// <summary>Without an owner it is free, and <see cref="Next"/> is the next free one.</summary>
    private struct Slot
    {
        public SessionKey Key;
        public WorkOwner? Owner;
        public int Next;
        public int Previous;
        public long LastUsed;
    }

    /// <summary>A slot is what its key is.</summary>
    private sealed class ByKey(SessionTable table)
        : IEqualityComparer<int>,
            IAlternateEqualityComparer<SessionKey, int>
    {
        public bool Equals(int x, int y) => x == y;

        public int GetHashCode(int slot) => table._slots[slot].Key.GetHashCode();

        public bool Equals(SessionKey key, int slot) => table._slots[slot].Key == key;

        public int GetHashCode(SessionKey key) => key.GetHashCode();

        // Keys are added with their slots only.
        public int Create(SessionKey key) => throw new NotSupportedException();
    }
}

using System.Diagnostics;

namespace Weir.Pooling.Pools;

/// <summary>
/// All connections of a pool, whatever their state: what counts against <c>maxPoolSize</c>. Adding and removing
/// take the same time however many there are. Guarded by the pool's lock.
/// </summary>
internal sealed class ConnectionList
{
    private readonly List<PooledConnection> _items = [];

    public int Count => _items.Count;

    public PooledConnection this[int slot] => _items[slot];

    public void Add(PooledConnection connection)
    {
        Debug.Assert(connection.Slot < 0);
        connection.Slot = _items.Count;
        _items.Add(connection);
    }

    public void Remove(PooledConnection connection)
    {
        var slot = connection.Slot;
        Debug.Assert(_items[slot] == connection);
        var last = _items[^1];
        _items[slot] = last;
        last.Slot = slot;
        _items.RemoveAt(_items.Count - 1);
        connection.Slot = -1;
    }
}

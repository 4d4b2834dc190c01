using System.Diagnostics.CodeAnalysis;

namespace Weir.Pooling.Pools;

/// <summary>
/// The available connections: last in, first out, so that the fewest are kept busy and the rest grow idle and go.
/// Guarded by the pool's lock.
/// </summary>
/// <remarks>
/// The oldest is at the bottom: who was checked in earlier has been idle for longer, so reaping looks from the
/// bottom. This is the place to prefer a connection that belongs to the caller's own loop: look at the last few
/// before taking the top. It moves between loops for one system call now, so it has not been worth the order.
/// </remarks>
internal sealed class IdleStack
{
    private PooledConnection?[] _items = new PooledConnection?[16];

    public int Count { get; private set; }

    public void Push(PooledConnection connection)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count++] = connection;
    }

    public bool TryPop([NotNullWhen(true)] out PooledConnection? connection)
    {
        if (Count == 0)
        {
            connection = null;
            return false;
        }

        connection = _items[--Count]!;
        _items[Count] = null;
        return true;
    }

    public PooledConnection this[int fromBottom] => _items[fromBottom]!;

    /// <summary>Takes one out of the middle; those above it move down.</summary>
    public void RemoveAt(int fromBottom)
    {
        Count--;
        Array.Copy(_items, fromBottom + 1, _items, fromBottom, Count - fromBottom);
        _items[Count] = null;
    }
}

using System.Diagnostics.CodeAnalysis;
using Weir.Transport;

namespace Weir.Pooling.Pools;

/// <summary>
/// The available connections: last in, first out, so that the fewest are kept busy and the rest grow idle and go.
/// Guarded by the pool's lock.
/// </summary>
/// <remarks>
/// The oldest is at the bottom: who was checked in earlier has been idle for longer, so reaping looks from the
/// bottom. Of the last few the one on the caller's own loop comes first, because a move costs system calls.
/// </remarks>
internal sealed class IdleStack
{
    private const int LastFew = 4;

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

    /// <summary>Takes the last one out, or the last on <paramref name="loop"/> when it is among the last few.</summary>
    public bool TryPop(EventLoop? loop, [NotNullWhen(true)] out PooledConnection? connection)
    {
        if (Count == 0)
        {
            connection = null;
            return false;
        }

        var index = Count - 1;
        if (loop is not null)
        {
            for (var i = index; i >= 0 && i > index - LastFew; i--)
            {
                if (_items[i]!.Loop == loop)
                {
                    index = i;
                    break;
                }
            }
        }

        connection = _items[index]!;
        RemoveAt(index);
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

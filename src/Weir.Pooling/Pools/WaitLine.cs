using System.Diagnostics;
using Weir.Transport;

namespace Weir.Pooling.Pools;

/// <summary>
/// The check-outs of one event loop that wait, oldest first; those of callers without a loop have a line together.
/// Guarded by the pool's lock.
/// </summary>
internal sealed class WaitLine(EventLoop? loop)
{
    public EventLoop? Loop { get; } = loop;

    public Waiter? First { get; private set; }

    private Waiter? _last;

    public void Append(Waiter waiter)
    {
        waiter.Previous = _last;
        if (_last is null)
        {
            First = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
    }

    public void Prepend(Waiter waiter)
    {
        waiter.Next = First;
        if (First is null)
        {
            _last = waiter;
        }
        else
        {
            First.Previous = waiter;
        }

        First = waiter;
    }

    public void Remove(Waiter waiter)
    {
        if (waiter.Previous is null)
        {
            Debug.Assert(First == waiter);
            First = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            Debug.Assert(_last == waiter);
            _last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Previous = waiter.Next = null;
    }
}

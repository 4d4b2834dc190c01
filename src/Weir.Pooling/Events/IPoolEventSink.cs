namespace Weir.Pooling.Events;

/// <summary>
/// Listens to pools: logs, metrics and tests share it.
/// </summary>
/// <remarks>
/// <para>Events of one pool arrive one at a time, in the order in which they happened, on the threads that made
/// them happen, never under the pool's lock. When a pool's method returns, its events have been delivered.</para>
/// <para>Be quick, and do not wait for another thread that uses the pool: it may be waiting to deliver. Calling
/// the pool is allowed; what that causes is delivered when the call into the sink has returned.</para>
/// </remarks>
public interface IPoolEventSink
{
    /// <summary>
    /// Whether it hears of every check-out and check-in too. Who does not want them costs requests next to nothing.
    /// </summary>
    bool WantsCheckOuts => true;

    /// <summary>Something happened. An exception thrown from here is ignored.</summary>
    void OnPoolEvent(in PoolEvent poolEvent);
}

using System.Diagnostics;

namespace Weir.Pooling.Connections;

/// <summary>
/// Ends a connection that has waited longer than <c>socketTimeoutMS</c> for a message to be sent, or for a reply or
/// the next piece of one.
/// </summary>
/// <remarks>
/// Threads: started and stopped by the connection's owner; comes due on the clock's. What a step waits for is told
/// apart by the time at which it began, so that one that ended in time is never taken for the one that follows.
/// </remarks>
internal sealed class SocketTimer : IDisposable
{
    private const long Stopped = long.MinValue;

    private readonly ServerConnection _connection;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private long _since = Stopped;

    public SocketTimer(ServerConnection connection, TimeSpan timeout, TimeProvider clock)
    {
        Debug.Assert(timeout > TimeSpan.Zero, "no timeout needs no timer");
        _connection = connection;
        _timeout = timeout;
        _clock = clock;
        _timer = clock.CreateTimer(
            static timer => ((SocketTimer)timer!).OnDue(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>A step begins that may take the whole time.</summary>
    public void Start()
    {
        Volatile.Write(ref _since, _clock.GetTimestamp());
        _timer.Change(_timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>It has ended; the timer itself is left to run, and finds nothing.</summary>
    public void Stop() => Volatile.Write(ref _since, Stopped);

    public void Dispose() => _timer.Dispose();

    private void OnDue()
    {
        var since = Volatile.Read(ref _since);
        if (since == Stopped)
        {
            return;
        }
        var left = _timeout - _clock.GetElapsedTime(since);
        if (left > TimeSpan.Zero)
        {
            // Another step has begun just now, or the timer's clock is coarser than the other.
            _timer.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }
        if (Interlocked.CompareExchange(ref _since, Stopped, since) == since)
        {
            _connection.Abort(
                new ConnectionException(
                    _connection.Address,
                    _connection.Stage,
                    $"no answer within socketTimeoutMS ({_timeout.TotalMilliseconds:0} ms)"
                )
                {
                    IsTimeout = true,
                    ServiceId = _connection.Hello.ServiceId,
                }
            );
        }
    }
}

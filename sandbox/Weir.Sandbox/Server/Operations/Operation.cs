using Weir.Sandbox.Store;
using Weir.Transport;

namespace Weir.Sandbox.Server;

/// <summary>
/// A command that runs: what $currentOp shows, and the one place where it may wait. Waiting ends early, with an error,
/// when the operation is interrupted, passes its maxTimeMS, or loses its client. <see cref="Interrupt"/> may be called
/// from any thread; the rest belongs to the connection.
/// </summary>
internal sealed class Operation(ClientConnection connection, long id, Request request, TimeProvider time)
    : IDisposable
{
    private static readonly CommandError clientGone = new(
        279,
        "ClientDisconnect",
        "operation was interrupted because a client disconnected"
    );

    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private CancellationTokenSource? interruption;
    private CommandError? cause;

    public long Id { get; } = id;

    public ClientConnection Connection { get; } = connection;

    public Request Request { get; } = request;

    public TimeSpan Elapsed => time.GetElapsedTime(started);

    /// <summary>The session it runs in.</summary>
    public SessionId? Session { get; set; }

    /// <summary>A change of the member's state ends it.</summary>
    public bool EndsWithPrimary { get; set; }

    /// <summary>It waits for something other than its own work, such as new data.</summary>
    public bool IsWaiting { get; private set; }

    public bool IsHello => Request.Name is "hello" or "isMaster" or "ismaster";

    /// <summary>maxTimeMS, counted from the start of the operation.</summary>
    public TimeSpan? Limit { get; set; }

    /// <summary>Whoever asked lost interest or may not go on: the first cause stays.</summary>
    public void Interrupt(CommandError error)
    {
        CancellationTokenSource? waiting;
        lock (gate)
        {
            if (cause is not null)
            {
                return;
            }

            cause = error;
            waiting = interruption;
        }

        waiting?.Cancel();
    }

    public void ThrowIfInterrupted()
    {
        lock (gate)
        {
            if (cause is { } error)
            {
                throw error;
            }
        }

        if (Limit is { } limit && Elapsed >= limit)
        {
            throw Expired();
        }
    }

    /// <summary>Waits for a time to pass.</summary>
    public async ValueTask DelayAsync(TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
        {
            var never = new TaskCompletionSource();
            await WaitAsync(never.Task, delay);
        }
    }

    /// <summary>
    /// Waits for <paramref name="signal"/>; false when <see cref="Elapsed"/> came to <paramref name="deadline"/> first,
    /// or was beyond it already: others may have used up the time by waking it again and again.
    /// </summary>
    public ValueTask<bool> WaitUntilAsync(Task signal, TimeSpan deadline) =>
        deadline - Elapsed is var left && left > TimeSpan.Zero ? WaitAsync(signal, left) : new(false);

    /// <summary>
    /// Waits for <paramref name="signal"/>; false when <paramref name="atMost"/> passed first, at once when it is zero or
    /// less. <see cref="Timeout.InfiniteTimeSpan"/>, and no other: without end.
    /// </summary>
    public async ValueTask<bool> WaitAsync(Task signal, TimeSpan atMost)
    {
        ThrowIfInterrupted();
        var (wait, isLimit) = Bound(atMost);
        var token = Arm();
        Connection.Channel.WatchPeer(static state => ((Operation)state!).Interrupt(clientGone), this);
        if (Connection.Channel.End != ChannelEnd.None)
        {
            // Aborted on this side, of which no watcher is told.
            Interrupt(clientGone);
        }

        IsWaiting = true;
        try
        {
            await signal.WaitAsync(wait, time, token);
            return true;
        }
        catch (TimeoutException)
        {
            return isLimit ? throw Expired() : false;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            ThrowIfInterrupted();
            throw;
        }
        finally
        {
            IsWaiting = false;
            Connection.Channel.WatchPeer(null, null);
            ThrowIfInterrupted();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            cause ??= clientGone;
            interruption?.Dispose();
            interruption = null;
        }
    }

    private (TimeSpan Wait, bool IsLimit) Bound(TimeSpan atMost)
    {
        var longest = TimeSpan.FromMilliseconds(int.MaxValue - 1);
        var wait = atMost == Timeout.InfiniteTimeSpan || atMost > longest ? longest : NotNegative(atMost);
        if (Limit is { } limit && limit - Elapsed is var left && left < wait)
        {
            return (NotNegative(left), true);
        }

        return (wait, false);
    }

    private static TimeSpan NotNegative(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private CancellationToken Arm()
    {
        lock (gate)
        {
            interruption ??= new CancellationTokenSource();
            return cause is null ? interruption.Token : new CancellationToken(canceled: true);
        }
    }

    private static CommandError Expired() => new(50, "MaxTimeMSExpired", "operation exceeded time limit");
}

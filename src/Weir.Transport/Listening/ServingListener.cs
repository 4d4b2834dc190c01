using System.Net;

namespace Weir.Transport.Listening;

/// <summary>
/// What all listeners share: the count of channels, their limit, serving, and the drain.
/// </summary>
internal abstract class ServingListener(ListenerOptions options, Func<Channel, Task> serve) : Listener
{
    private readonly Lock _gate = new();
    private readonly HashSet<Channel> _channels = [];
    private TaskCompletionSource? _drained;
    private int _active;
    private long _accepted;
    private long _refused;
    private long _pauses;
    private bool _aborting;

    public override int Active => Volatile.Read(ref _active);

    public override long Accepted => Interlocked.Read(ref _accepted);

    public override long Refused => Interlocked.Read(ref _refused);

    public override long Pauses => Interlocked.Read(ref _pauses);

    protected ListenerOptions Options => options;

    public override async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        await StopAcceptingAsync();
        Task drained;
        lock (_gate)
        {
            if (_active == 0)
            {
                return;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = _drained.Task;
        }

        await using (cancellationToken.UnsafeRegister(static l => ((ServingListener)l!).AbortAll(), this))
        {
            await drained;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAcceptingAsync();
        AbortAll();
    }

    /// <summary>Counts an accepted connection; <see langword="false"/>: over the limit, close it.</summary>
    protected internal bool TryAdmit()
    {
        lock (_gate)
        {
            if (_active >= options.MaxActive || _aborting)
            {
                _refused++;
                return false;
            }

            _active++;
            _accepted++;
            return true;
        }
    }

    /// <summary>Gives an admitted place back: the connection was gone before it could be served.</summary>
    protected internal void Dismiss()
    {
        TaskCompletionSource? drained;
        lock (_gate)
        {
            _active--;
            drained = _active == 0 ? _drained : null;
        }

        drained?.TrySetResult();
    }

    /// <summary>Serves an admitted channel to its end. Called on the channel's loop.</summary>
    protected internal async Task ServeAsync(Channel channel)
    {
        bool aborting;
        lock (_gate)
        {
            _channels.Add(channel);
            aborting = _aborting;
        }

        if (aborting)
        {
            channel.Abort();
        }

        try
        {
            // With the context: inline on the loop. Without it a task goes on on the thread pool.
            await serve(channel);
        }
        finally
        {
            await channel.DisposeAsync();
            lock (_gate)
            {
                _channels.Remove(channel);
            }

            Dismiss();
        }
    }

    protected void CountPause() => Interlocked.Increment(ref _pauses);

    private void AbortAll()
    {
        Channel[] channels;
        lock (_gate)
        {
            _aborting = true;
            channels = [.. _channels];
        }

        foreach (var channel in channels)
        {
            channel.Abort();
        }
    }
}

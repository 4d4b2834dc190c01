using System.Net;

namespace Weir.Transport.Listening;

/// <summary>
/// What all listeners share: the count of channels, their limit, serving, and the drain.
/// </summary>
internal abstract class ServingListener(ListenerOptions options, Func<Channel, Task> serve) : Listener
{
    private readonly Lock _gate = new();
    private Service? _first;
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
    protected internal void Serve(Channel channel)
    {
        var service = new Service(this, channel);
        bool aborting;
        lock (_gate)
        {
            service.Next = _first;
            _first?.Previous = service;
            _first = service;
            aborting = _aborting;
        }

        if (aborting)
        {
            channel.Abort();
        }

        service.Begin(serve);
    }

    protected void CountPause() => Interlocked.Increment(ref _pauses);

    private void AbortAll()
    {
        var channels = new List<Channel>();
        lock (_gate)
        {
            _aborting = true;
            for (var service = _first; service is not null; service = service.Next)
            {
                channels.Add(service.Channel);
            }
        }

        channels.ForEach(static channel => channel.Abort());
    }

    /// <summary>
    /// A channel that is being served, in the list of them. There is one for every idle client, so it is small: an
    /// asynchronous method in its place would take twice the memory.
    /// </summary>
    private sealed class Service(ServingListener listener, Channel channel)
    {
        public Channel Channel { get; } = channel;

        public Service? Next { get; set; }

        public Service? Previous { get; set; }

        public void Begin(Func<Channel, Task> serve)
        {
            Task served;
            try
            {
                served = serve(Channel);
            }
            catch (Exception e)
            {
                served = Task.FromException(e);
            }

            if (served.IsCompleted)
            {
                End();
            }
            else
            {
                // With the context: inline on the loop. Without it a task goes on on the thread pool.
                served.GetAwaiter().UnsafeOnCompleted(End);
            }
        }

        private void End() => _ = EndAsync();

        private async Task EndAsync()
        {
            await Channel.DisposeAsync();
            listener.Remove(this);
            listener.Dismiss();
        }
    }

    private void Remove(Service service)
    {
        lock (_gate)
        {
            service.Next?.Previous = service.Previous;
            if (service.Previous is { } previous)
            {
                previous.Next = service.Next;
            }
            else
            {
                _first = service.Next;
            }
        }
    }
}

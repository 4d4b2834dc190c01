using System.Net;
using System.Net.Sockets;
using Weir.Transport.Interop;
using Weir.Transport.Listening;
using Weir.Transport.Loops;

namespace Weir.Transport;

/// <summary>Event loops of our own on Linux: a thread per core.</summary>
/// <remarks>
/// A channel belongs to one loop. Its operations are meant for code on that loop; called from elsewhere they are
/// carried there and back. <see cref="Channel.MoveToCurrentLoop"/> makes another loop the owner.
/// </remarks>
public abstract class LoopNetwork : Network
{
    /// <summary>A unix socket whose backlog is full says "again", and never says when to.</summary>
    private static readonly TimeSpan _fullBacklogPause = TimeSpan.FromMilliseconds(10);

    private readonly EventLoop[] _loops;
    private readonly Lock _gate = new();
    private readonly HashSet<LoopListener> _listeners = [];
    private uint _next;
    private Task? _disposed;

    private protected LoopNetwork(int loops, TimeProvider? timeProvider, Func<ChannelTable, Backend> backend)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(loops);
        TimeProvider = timeProvider ?? TimeProvider.System;
        _loops = new EventLoop[loops > 0 ? loops : Math.Max(1, Environment.ProcessorCount)];
        for (var i = 0; i < _loops.Length; i++)
        {
            _loops[i] = new EventLoop(this, backend(Table), i + 1);
        }

        foreach (var loop in _loops)
        {
            loop.Start();
        }
    }

    /// <summary>
    /// The one that serves this system best: over <c>io_uring</c> where that can be had, else over <c>epoll</c>. The
    /// environment variable <c>WEIR_TRANSPORT</c> decides otherwise, by these names.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">This is not 64-bit Linux.</exception>
    public static LoopNetwork Create(int loops = 0, TimeProvider? timeProvider = null) =>
        UringNetwork.IsSupported && Environment.GetEnvironmentVariable("WEIR_TRANSPORT") != "epoll"
            ? new UringNetwork(loops, timeProvider)
            : new EpollNetwork(loops, timeProvider);

    /// <summary>Its loops.</summary>
    public IReadOnlyList<EventLoop> Loops => _loops;

    internal ChannelTable Table { get; } = new();

    internal TimeProvider TimeProvider { get; }

    /// <summary>How listeners accept; a test makes it fail.</summary>
    internal Func<int, SocketAddress, int> Accept { get; init; } = NativeSocket.Accept;

    /// <inheritdoc/>
    public override ValueTask<Channel> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ObjectDisposedException.ThrowIf(_disposed is not null, this);
        if (EventLoop.Current is { } here && here.Network == this)
        {
            return ConnectAsync(here, endPoint, cancellationToken);
        }

        var loop = LeastLoaded();
        return new ValueTask<Channel>(
            loop.InvokeAsync(_ => ConnectAsync(loop, endPoint, cancellationToken), null)
        );
    }

    /// <inheritdoc/>
    public override Listener Listen(EndPoint endPoint, ListenerOptions options, Func<Channel, Task> serve)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(serve);
        ObjectDisposedException.ThrowIf(_disposed is not null, this);
        var (descriptor, local) = LoopListener.Bind(endPoint, options);
        var listener = new LoopListener(this, NextLoop(), descriptor, local, options, serve);
        lock (_gate)
        {
            _listeners.Add(listener);
        }

        listener.Start();
        return listener;
    }

    /// <inheritdoc/>
    public override Task RunAsync(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(_disposed is not null, this);
        return NextLoop().RunAsync(work);
    }

    /// <inheritdoc/>
    public override void Trim()
    {
        foreach (var loop in _loops)
        {
            loop.Post(static loop => ((EventLoop)loop!).Backend.Trim(), loop);
        }
    }

    /// <inheritdoc/>
    public sealed override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        lock (_gate)
        {
            return new ValueTask(_disposed ??= EndAsync());
        }
    }

    /// <summary>The loop with the fewest channels; the next in turn among equals.</summary>
    internal EventLoop LeastLoaded()
    {
        var best = NextLoop();
        foreach (var loop in _loops)
        {
            if (loop.ChannelCount < best.ChannelCount)
            {
                best = loop;
            }
        }

        return best;
    }

    internal void Forget(LoopListener listener)
    {
        lock (_gate)
        {
            _listeners.Remove(listener);
        }
    }

    private EventLoop NextLoop() => _loops[Interlocked.Increment(ref _next) % (uint)_loops.Length];

    private async Task EndAsync()
    {
        // Not under the caller's lock.
        await Task.Yield();
        LoopListener[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }

        AbortAll();
        foreach (var loop in _loops)
        {
            loop.Stop();
        }

        await Task.WhenAll(_loops.Select(loop => loop.Ended));

        // Those that were still being connected when the others were aborted, and those the kernel was not done with.
        AbortAll();
        foreach (var owner in Table.Snapshot())
        {
            (owner as LoopChannel)?.Free();
        }

        foreach (var loop in _loops)
        {
            loop.Backend.Dispose();
        }
    }

    private void AbortAll()
    {
        foreach (var owner in Table.Snapshot())
        {
            (owner as LoopChannel)?.Abort();
        }
    }

    private async ValueTask<Channel> ConnectAsync(
        EventLoop loop,
        EndPoint endPoint,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await AddressRace.RunAsync(
            await Addresses.ResolveAsync(endPoint, cancellationToken),
            async (candidate, token) =>
            {
                var (channel, errno) = await TryConnectAsync(loop, candidate, token);
                return channel
                    ?? throw new ConnectException(
                        endPoint,
                        Errno.ToSocketError(errno),
                        Errno.Describe(errno)
                    );
            },
            TimeProvider,
            cancellationToken
        );
    }

    private async ValueTask<(Channel? Channel, int Errno)> TryConnectAsync(
        EventLoop loop,
        EndPoint endPoint,
        CancellationToken cancellationToken
    )
    {
        // Disposed while the name was resolved: this is no loop's thread any more.
        ObjectDisposedException.ThrowIf(loop.HasEnded, this);
        var isUnix = endPoint is UnixDomainSocketEndPoint;
        var descriptor = NativeSocket.Create(endPoint.AddressFamily);
        if (descriptor < 0)
        {
            return (null, -descriptor);
        }

        if (!isUnix)
        {
            NativeSocket.PrepareTcp(descriptor, KeepAlive.IdleSeconds, KeepAlive.IntervalSeconds);
        }

        var channel = loop.Backend.CreateChannel(loop, descriptor, null, endPoint, isUnix);
        try
        {
            var address = endPoint.Serialize();
            var result = NativeSocket.Connect(descriptor, address);
            while (result == -Errno.Again)
            {
                await Task.Delay(_fullBacklogPause, TimeProvider, cancellationToken);
                ObjectDisposedException.ThrowIf(channel.End != ChannelEnd.None, this);
                result = NativeSocket.Connect(descriptor, address);
            }

            if (result == -Errno.InProgress)
            {
                await using (cancellationToken.UnsafeRegister(static c => ((LoopChannel)c!).Abort(), channel))
                {
                    await channel.WaitToConnectAsync(loop);
                }

                // The token, or the network's end, may have won after the connection did.
                cancellationToken.ThrowIfCancellationRequested();
                ObjectDisposedException.ThrowIf(channel.End != ChannelEnd.None, this);
                result = -channel.TakeConnectError();
            }

            if (result == 0)
            {
                return (channel, 0);
            }

            channel.Abort();
            return (null, -result);
        }
        catch
        {
            channel.Abort();
            throw;
        }
    }
}

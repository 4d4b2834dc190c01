using System.Net;

namespace Weir.Transport;

/// <summary>
/// A byte stream between two peers.
/// </summary>
/// <remarks>
/// <para>Threads: at most one receive and one send may be pending at a time. Both are started by the
/// channel's user on the loop that the channel belongs to; their continuations run inline on that loop.
/// <see cref="Abort"/> may be called from any thread, at any time, more than once.</para>
/// <para>The end of a channel is expected, so it is a value: a receive answers 0, a send answers
/// <see langword="false"/>, and <see cref="End"/> says why. Nothing on the data path throws for it. The first
/// cause wins and is kept.</para>
/// <para>There are no timeouts and no tokens here: whoever gives up on an exchange aborts the channel, because
/// half an exchange can never be continued.</para>
/// </remarks>
public abstract class Channel : IAsyncDisposable
{
    /// <summary>Answer of <see cref="ReceiveNow"/>: nothing has come, wait first.</summary>
    internal const int NothingThere = -1;

    /// <summary>Answer of <see cref="ReceiveNow"/>: this channel, or this thread, cannot; receive with a wait.</summary>
    internal const int Unable = -2;

    /// <summary>This side's address; <see langword="null"/> where there is none (in memory).</summary>
    public abstract EndPoint? LocalEndPoint { get; }

    /// <summary>The peer's address; <see langword="null"/> where there is none (in memory, unix clients).</summary>
    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>Why the channel ended; <see cref="ChannelEnd.None"/> while it has not.</summary>
    public abstract ChannelEnd End { get; }

    /// <summary>
    /// Completes when a receive would not wait, holding no buffer meanwhile. <see langword="false"/>: the
    /// channel has ended and nothing is left to receive.
    /// </summary>
    public abstract ValueTask<bool> WaitToReceiveAsync();

    /// <summary>Receives at least one byte; 0 when the channel has ended.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>
    /// Sends all of <paramref name="data"/>; <see langword="false"/> when the channel has ended before all of it was
    /// handed over: the peer can't have the whole. <see langword="true"/> promises nothing: an end that came first may
    /// be told by the next call only.
    /// </summary>
    public abstract ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data);

    /// <summary>
    /// Sends all of both buffers, in one system call where the transport can.
    /// <see langword="false"/> when the channel has ended.
    /// </summary>
    public abstract ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second);

    /// <summary>
    /// Whether the last send, although it counted as done, is known not to have left whole: the channel has ended, and
    /// the peer can't have all of it.
    /// </summary>
    public virtual bool IsSendCut => false;

    /// <summary>
    /// Whether the peer is known to have gone although no receive is pending. A cheap look at what the
    /// transport has been told; <see langword="false"/> does not promise that the peer is there.
    /// </summary>
    public abstract bool IsPeerGone { get; }

    /// <summary>
    /// Calls <paramref name="gone"/> once, on the channel's loop and never inside this call, when the peer goes
    /// away (a receive that is pending then is told as well). One watcher at a time; <see langword="null"/>
    /// removes it, and so does the channel's end on this side.
    /// </summary>
    public abstract void WatchPeer(Action<object?>? gone, object? state);

    /// <summary>The loop that the channel belongs to; <see langword="null"/> where it belongs to none, or has ended.</summary>
    public virtual EventLoop? Loop => null;

    /// <summary>
    /// Makes the calling thread's loop the one that the channel belongs to. Only while nothing is pending on
    /// it. Does nothing where a channel belongs to no loop.
    /// </summary>
    public virtual void MoveToCurrentLoop() { }

    /// <summary>Ends the channel now; what is pending completes as ended. The peer sees a reset or a close.</summary>
    public abstract void Abort();

    /// <summary>
    /// Closes in order: what was sent still reaches the peer. Ends what is pending. More than once does nothing.
    /// </summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>
    /// Receives what is there, without waiting: the bytes' number, 0 when the channel has ended, or one of the
    /// answers above. Lets <see cref="Framing.FrameReader"/> share one buffer among all channels of a thread.
    /// </summary>
    internal virtual int ReceiveNow(Span<byte> buffer) => Unable;

    /// <summary>
    /// Has the receive or wait that was begun just now, and is not over, call <paramref name="continuation"/>:
    /// <see langword="false"/> where only its task can. Saves a reader the delegate that a task wants.
    /// </summary>
    internal virtual bool TryContinue(Action<object?> continuation, object state) => false;
}

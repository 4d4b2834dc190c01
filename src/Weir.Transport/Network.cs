using System.Net;

namespace Weir.Transport;

/// <summary>
/// Where channels come from: the seam between Weir and an operating system's sockets. Thread-safe.
/// </summary>
/// <remarks>
/// Four stand behind it: <c>UringNetwork</c> and <c>EpollNetwork</c> (Linux, own event loops), <c>SocketNetwork</c>
/// (everywhere, .NET sockets, the reference in tests) and <c>MemoryNetwork</c> (tests).
/// </remarks>
public abstract class Network : IAsyncDisposable
{
    /// <summary>
    /// The network that serves this system best: own event loops on Linux (over <c>io_uring</c> where that can be
    /// had, else over <c>epoll</c>), .NET sockets elsewhere. The environment variable <c>WEIR_TRANSPORT</c>
    /// (<c>io_uring</c>, <c>epoll</c> or <c>sockets</c>) decides otherwise.
    /// </summary>
    /// <exception cref="InvalidOperationException">The variable names no network that works here.</exception>
    public static Network CreateDefault() =>
        Environment.GetEnvironmentVariable("WEIR_TRANSPORT") switch
        {
            "io_uring" when UringNetwork.IsSupported => new UringNetwork(),
            "epoll" when EpollNetwork.IsSupported => new EpollNetwork(),
            "sockets" => new SocketNetwork(),
            null or "" => EpollNetwork.IsSupported ? LoopNetwork.Create() : new SocketNetwork(),
            var other => throw new InvalidOperationException(
                $"WEIR_TRANSPORT is \"{other}\"; it can be \"sockets\" or, on 64-bit Linux, \"epoll\" and, "
                    + "where the kernel (6.1 and up) lets this process use it, \"io_uring\"."
            ),
        };

    /// <summary>
    /// Connects. The channel belongs to the calling thread's loop, or to one of the network's own when the
    /// caller runs on none.
    /// </summary>
    /// <exception cref="ConnectException">It could not connect: refused, unreachable, no such name.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public abstract ValueTask<Channel> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken);

    /// <summary>
    /// Starts to listen and calls <paramref name="serve"/> for every accepted channel, on the channel's loop.
    /// The channel is disposed when the task that <paramref name="serve"/> returned ends.
    /// </summary>
    /// <exception cref="ListenException">The address cannot be listened on: in use, no permission.</exception>
    public abstract Listener Listen(EndPoint endPoint, ListenerOptions options, Func<Channel, Task> serve);

    /// <summary>
    /// Runs <paramref name="work"/> on one of the network's loops, or on the thread pool where it has none.
    /// </summary>
    public abstract Task RunAsync(Func<Task> work);

    /// <summary>Gives memory that it needs only under load back to the system, soon. Any thread.</summary>
    public virtual void Trim() { }

    /// <summary>Ends every listener and channel, then the loops.</summary>
    public abstract ValueTask DisposeAsync();
}

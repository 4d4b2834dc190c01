using System.Net;

namespace Weir.Transport.Loops;

/// <summary>
/// The kernel's side of an event loop: how it waits, and the channels that are made for that way of waiting.
/// </summary>
/// <remarks>Threads: the loop's own, but for <see cref="Wake"/>.</remarks>
internal abstract class Backend : IDisposable
{
    /// <summary>Called once, on the loop's thread, before anything else.</summary>
    public abstract void Start();

    /// <summary>
    /// Hands the loop's channels and listeners what has come; with <paramref name="sleep"/> it waits for something.
    /// </summary>
    public abstract void Run(EventLoop loop, bool sleep);

    /// <summary>Ends a sleep. Any thread.</summary>
    public abstract void Wake();

    public abstract LoopChannel CreateChannel(
        EventLoop loop,
        int descriptor,
        EndPoint? local,
        EndPoint? remote,
        bool isUnix
    );

    /// <summary>Has <see cref="LoopListener.OnReadable"/> called while connections are waiting.</summary>
    public abstract void Watch(LoopListener listener);

    /// <summary>Does not any more, until it is told to <see cref="Watch"/> again.</summary>
    public abstract void Unwatch(LoopListener listener);

    /// <summary>Gives memory that it needs only under load back to the system.</summary>
    public virtual void Trim() { }

    /// <summary>Closes its descriptors; when no loop of the network runs any more.</summary>
    public abstract void Dispose();
}

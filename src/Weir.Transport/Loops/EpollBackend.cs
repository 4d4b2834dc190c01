using System.Net;
using Weir.Transport.Interop;

namespace Weir.Transport.Loops;

/// <summary>Waits with <c>epoll</c>: the kernel tells which sockets are ready.</summary>
internal sealed class EpollBackend : Backend
{
    /// <summary>The key of the loop's own wake-up; no channel has it.</summary>
    private const ulong WakeUpKey = ulong.MaxValue;

    private readonly ChannelTable _table;
    private readonly WakeUp _wakeUp = new();

    public EpollBackend(ChannelTable table)
    {
        _table = table;
        Events.TryAdd(_wakeUp.Descriptor, EventSet.In | EventSet.EdgeTriggered, WakeUpKey);
    }

    public EventSet Events { get; } = new();

    public override void Start() { }

    public override void Run(EventLoop loop, bool sleep)
    {
        var count = Events.Wait(sleep ? -1 : 0);
        for (var i = 0; i < count; i++)
        {
            var key = Events.KeyAt(i);
            switch (_table.Find(key))
            {
                case EpollChannel channel when channel.Key == key:
                    channel.OnEvents(loop, Events.EventsAt(i));
                    break;
                case LoopListener listener when listener.Key == key:
                    listener.OnReadable();
                    break;
                default:
                    // The wake-up, or an event that was fetched before its descriptor was closed.
                    break;
            }
        }
    }

    public override void Wake() => _wakeUp.Signal();

    public override LoopChannel CreateChannel(
        EventLoop loop,
        int descriptor,
        EndPoint? local,
        EndPoint? remote,
        bool isUnix
    ) => new EpollChannel(loop, _table, descriptor, local, remote, isUnix);

    public override void Watch(LoopListener listener) =>
        Events.TryAdd(listener.Descriptor, EventSet.In, listener.Key);

    public override void Unwatch(LoopListener listener) => Events.Drop(listener.Descriptor);

    public override void Dispose()
    {
        Events.Dispose();
        _wakeUp.Dispose();
    }
}

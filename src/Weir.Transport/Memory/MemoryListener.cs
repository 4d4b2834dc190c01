using System.Net;
using Weir.Transport.Listening;

namespace Weir.Transport.Memory;

/// <summary>A name in a <see cref="MemoryNetwork"/> that accepts.</summary>
internal sealed class MemoryListener(
    MemoryNetwork network,
    EndPoint endPoint,
    ListenerOptions options,
    Func<Channel, Task> serve
) : ServingListener(options, serve)
{
    public override EndPoint LocalEndPoint => endPoint;

    public override ValueTask StopAcceptingAsync()
    {
        network.Forget(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Serves the accepting end of a new pair, before the connecting one is handed out.</summary>
    public void Accept(MemoryChannel channel)
    {
        if (TryAdmit())
        {
            Trampoline.Run(() => Serve(channel));
        }
        else
        {
            channel.Abort();
        }
    }
}

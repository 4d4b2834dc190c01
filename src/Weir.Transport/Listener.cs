using System.Net;

namespace Weir.Transport;

/// <summary>A bound address that accepts channels. Thread-safe.</summary>
public abstract class Listener : IAsyncDisposable
{
    /// <summary>The address it is bound to, with the port that the system chose where 0 was asked for.</summary>
    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>Channels accepted and not yet ended.</summary>
    public abstract int Active { get; }

    /// <summary>Channels accepted since the start.</summary>
    public abstract long Accepted { get; }

    /// <summary>Channels closed at once because <see cref="ListenerOptions.MaxActive"/> was reached.</summary>
    public abstract long Refused { get; }

    /// <summary>Times that accepting rested because the process had no descriptor left.</summary>
    public abstract long Pauses { get; }

    /// <summary>Accepts no more; the channels that are there go on. The address is free afterwards.</summary>
    public abstract ValueTask StopAcceptingAsync();

    /// <summary>
    /// Stops accepting and completes when every channel has ended; when <paramref name="cancellationToken"/> is
    /// cancelled, aborts those that are left and completes when they have ended.
    /// </summary>
    public abstract ValueTask DrainAsync(CancellationToken cancellationToken);

    /// <summary>Stops accepting and aborts every channel.</summary>
    public abstract ValueTask DisposeAsync();
}

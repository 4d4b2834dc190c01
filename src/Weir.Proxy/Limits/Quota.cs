namespace Weir.Proxy.Limits;

/// <summary>What one listener, address or user has taken of its limits. Thread-safe.</summary>
/// <param name="whose">Whose it is, for messages: "the listener", "the address", "the user".</param>
/// <param name="limits">The limits.</param>
/// <param name="time">The clock.</param>
internal sealed class Quota(string whose, ClientLimits limits, TimeProvider time)
{
    private readonly TokenBucket? _connections = limits.ConnectionsPerSecond is { } rate
        ? new TokenBucket(rate, time)
        : null;

    private readonly TokenBucket? _requests = limits.RequestsPerSecond is { } rate
        ? new TokenBucket(rate, time)
        : null;

    private int _clients;

    /// <summary>Whether nothing would be forgotten with it.</summary>
    public bool IsIdle =>
        Volatile.Read(ref _clients) == 0
        && _connections is not { IsFull: false }
        && _requests is not { IsFull: false };

    /// <summary>A place for one client more, to be given back. <see langword="null"/>: it has one; else why not.</summary>
    public string? Enter()
    {
        if (Interlocked.Increment(ref _clients) > limits.MaxClients)
        {
            Leave();
            return $"{limits.MaxClients} clients are connected, which is the limit of {whose} (maxClients)";
        }
        if (_connections is null || _connections.TryTake())
            return null;
        Leave();
        return $"more than {limits.ConnectionsPerSecond} connections a second, which is the limit of {whose} (connectionsPerSecond)";
    }

    public void Leave() => Interlocked.Decrement(ref _clients);

    /// <summary>One request more. <see langword="null"/>: it may go; else why not. Allocates nothing where it may.</summary>
    public string? Request() =>
        _requests is null || _requests.TryTake()
            ? null
            : $"more than {limits.RequestsPerSecond} requests a second, which is the limit of {whose} (requestsPerSecond)";
}

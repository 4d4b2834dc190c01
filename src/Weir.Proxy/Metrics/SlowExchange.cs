namespace Weir.Proxy.Metrics;

/// <summary>An exchange that took long. Immutable.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Duration">From the request to its answer.</param>
/// <param name="Waited">
/// The part of it before it was sent to a server; <see langword="null"/>: it was not sent, or nobody measured.
/// </param>
/// <param name="Command">The command's name.</param>
/// <param name="Namespace">"database.collection", or the database alone.</param>
/// <param name="Upstream">The upstream's name.</param>
/// <param name="Server">The server; <see langword="null"/>: it got none.</param>
/// <param name="Client">The client connection's number.</param>
/// <param name="Application">What the client's handshake said of the application.</param>
/// <param name="Error">Weir's own error, if that was the answer.</param>
public sealed record SlowExchange(
    DateTimeOffset At,
    TimeSpan Duration,
    TimeSpan? Waited,
    string Command,
    string Namespace,
    string Upstream,
    string? Server,
    long Client,
    string? Application,
    string? Error
);

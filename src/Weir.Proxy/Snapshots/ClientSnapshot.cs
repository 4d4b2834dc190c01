using System.Net;

namespace Weir.Proxy.Snapshots;

/// <summary>A client connection as it stood at one moment. Immutable.</summary>
public sealed record ClientSnapshot
{
    /// <summary>The connection's number, which is never used again; its hello tells it as <c>connectionId</c>.</summary>
    public required long Id { get; init; }

    /// <summary>Where it came from; <see langword="null"/> for a unix socket.</summary>
    public required EndPoint? Address { get; init; }

    /// <summary>The listener that it came through.</summary>
    public required EndPoint? Listener { get; init; }

    /// <summary>The name of the upstream that it works with.</summary>
    public required string Upstream { get; init; }

    /// <summary>Who logged in on it; <see langword="null"/>: nobody.</summary>
    public required string? User { get; init; }

    /// <summary>What its handshake said of the application (<c>appName</c>).</summary>
    public required string? Application { get; init; }

    /// <summary>What its handshake said of the driver, as "name version".</summary>
    public required string? Driver { get; init; }

    /// <summary>What its handshake said of the operating system, as "name version architecture".</summary>
    public required string? Os { get; init; }

    /// <summary>What its handshake said of the runtime.</summary>
    public required string? Platform { get; init; }

    /// <summary>When it connected.</summary>
    public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>The command that it has in hand; <see langword="null"/> while it has none.</summary>
    public required string? Command { get; init; }

    /// <summary>How long it has had that command in hand, or has been idle.</summary>
    public required TimeSpan Since { get; init; }

    /// <summary>
    /// The server whose connection the command runs on; <see langword="null"/>: none, or the command still waits
    /// for one.
    /// </summary>
    public required string? Server { get; init; }

    /// <summary>Requests, those that Weir answers itself included.</summary>
    public required long Requests { get; init; }

    /// <summary>Bytes of requests, as they came over the wire.</summary>
    public required long BytesIn { get; init; }

    /// <summary>Bytes of replies, as they went over the wire.</summary>
    public required long BytesOut { get; init; }

    /// <summary>Open cursors that it used last.</summary>
    public required int Cursors { get; init; }

    /// <summary>Pinned transactions whose last statement came from it.</summary>
    public required int Transactions { get; init; }
}

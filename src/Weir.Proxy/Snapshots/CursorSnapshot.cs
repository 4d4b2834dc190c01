namespace Weir.Proxy.Snapshots;

/// <summary>An open cursor as it stood at one moment. Immutable.</summary>
public sealed record CursorSnapshot
{
    /// <summary>The id under which its client knows it, which is Weir's own.</summary>
    public required long Id { get; init; }

    /// <summary>The name of the upstream.</summary>
    public required string Upstream { get; init; }

    /// <summary>The server that it lives on.</summary>
    public required string Server { get; init; }

    /// <summary>"database.collection".</summary>
    public required string Namespace { get; init; }

    /// <summary>The client connection that used it last.</summary>
    public required long Client { get; init; }

    /// <summary>Who opened it; <see langword="null"/>: a client that had not logged in.</summary>
    public required string? User { get; init; }

    /// <summary>Whether its getMores wait for data: a tailable cursor or a change stream.</summary>
    public required bool IsAwaitable { get; init; }

    /// <summary>How long nobody has used it.</summary>
    public required TimeSpan Idle { get; init; }
}

namespace Weir.Proxy.Snapshots;

/// <summary>A pinned transaction as it stood at one moment. Immutable.</summary>
public sealed record TransactionSnapshot
{
    /// <summary>The session, as the 32 hexadecimal digits of <c>lsid.id</c>.</summary>
    public required string Session { get; init; }

    /// <summary><c>txnNumber</c>.</summary>
    public required long Number { get; init; }

    /// <summary>The name of the upstream.</summary>
    public required string Upstream { get; init; }

    /// <summary>The server that it began on.</summary>
    public required string Server { get; init; }

    /// <summary>Whether statements may follow; else its commit has been sent, and may be sent again.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>The client connection that its last statement came from.</summary>
    public required long Client { get; init; }

    /// <summary>Who runs it; <see langword="null"/>: a client that has not logged in.</summary>
    public required string? User { get; init; }

    /// <summary>How long ago it began.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>How long ago its last statement came.</summary>
    public required TimeSpan Idle { get; init; }
}

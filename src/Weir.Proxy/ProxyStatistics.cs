namespace Weir.Proxy;

/// <summary>What a <see cref="ProxyServer"/> does and has done, at one moment.</summary>
public readonly record struct ProxyStatistics
{
    /// <summary>Client connections that are open.</summary>
    public required int Clients { get; init; }

    /// <summary>Client connections since the start.</summary>
    public required long ClientsTotal { get; init; }

    /// <summary>Client connections closed because they broke the protocol.</summary>
    public required long ClientsBroken { get; init; }

    /// <summary>Client connections closed at once, or logins refused, because of a listener's, address's or user's limit.</summary>
    public required long ClientsRefused { get; init; }

    /// <summary>Requests refused because they came faster than a listener, address or user may send them.</summary>
    public required long RequestsLimited { get; init; }

    /// <summary>TLS handshakes with clients that succeeded.</summary>
    public required long TlsHandshakes { get; init; }

    /// <summary>TLS handshakes with clients that failed, or were not done in time.</summary>
    public required long TlsFailed { get; init; }

    /// <summary>Logins that succeeded.</summary>
    public required long Logins { get; init; }

    /// <summary>Logins that failed: no such user, or a wrong password or certificate.</summary>
    public required long LoginsFailed { get; init; }

    /// <summary>Failed logins whose answer is held back now.</summary>
    public required int LoginsHeld { get; init; }

    /// <summary>Requests answered by a server.</summary>
    public required long Exchanges { get; init; }

    /// <summary>Requests that Weir answered itself: hello and what else concerns a connection only.</summary>
    public required long LocalAnswers { get; init; }

    /// <summary>Requests sent a second time after the first server failed.</summary>
    public required long Retries { get; init; }

    /// <summary>Replies longer than what is buffered.</summary>
    public required long StreamedReplies { get; init; }

    /// <summary>Requests that Weir answered with an error of its own.</summary>
    public required long Errors { get; init; }

    /// <summary>Of these: no server could be selected.</summary>
    public required long SelectionErrors { get; init; }

    /// <summary>Of these: no connection came in time.</summary>
    public required long CheckOutTimeouts { get; init; }

    /// <summary>Of these: refused for overload, of the wait queue or the byte budget.</summary>
    public required long Overloads { get; init; }

    /// <summary>Of these: the server was lost in mid-exchange.</summary>
    public required long LostServers { get; init; }

    /// <summary>Exchanges given up because their client went.</summary>
    public required long Abandoned { get; init; }

    /// <summary>Bytes of requests and replies held now.</summary>
    public required long BufferedBytes { get; init; }

    /// <summary>Large requests that wait for room among the buffered bytes.</summary>
    public required int WaitingForBytes { get; init; }

    /// <summary>Open cursors.</summary>
    public required int Cursors { get; init; }

    /// <summary>Pinned transactions.</summary>
    public required int Transactions { get; init; }
}

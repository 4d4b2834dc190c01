namespace Weir.Proxy;

/// <summary>Bounds on everything that clients could make grow. Every one answers with an error when reached.</summary>
public sealed record ProxyLimits
{
    /// <summary>The longest message that MongoDB's protocol allows.</summary>
    public const int MaxMessageBytes = 48_000_000;

    /// <summary>Bytes of requests and replies held at a time, over all clients; default 256 MiB.</summary>
    public long BufferedBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// The longest reply that is read whole before its server connection goes back to the pool; longer ones are
    /// streamed, and hold the connection for as long as their client takes to read. Default 17 MiB, so that the
    /// largest document, and any batch of a cursor, costs a server connection nothing.
    /// </summary>
    public int BufferedReplyBytes { get; init; } = 17 * 1024 * 1024;

    /// <summary>How long a large request waits for room among the buffered bytes; default 10 s.</summary>
    public TimeSpan BudgetTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a request waits for a server connection where the connection string has no
    /// <c>waitQueueTimeoutMS</c>; default 30 s.
    /// </summary>
    public TimeSpan CheckOutTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time in which every getMore that waits for data (a change stream's, a tailable cursor's) gets a turn at
    /// its server, however many there are; and the longest turn. An event that happened since is heard of with the
    /// turn. Half of a server's <c>maxPoolSize</c> may be in such turns at a time. Default 1 s.
    /// </summary>
    public TimeSpan LongPollSlice { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Open cursors at a time for each upstream; default 100,000.</summary>
    public int Cursors { get; init; } = 100_000;

    /// <summary>After this long without a getMore a cursor is killed when the table is full; default 10 min.</summary>
    public TimeSpan CursorIdleLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Pinned transactions at a time for each upstream; default 100,000.</summary>
    public int Transactions { get; init; } = 100_000;

    /// <summary>After this long without a statement a transaction's pin is forgotten; default 30 min.</summary>
    public TimeSpan TransactionIdleLifetime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long a first hello waits until something is known of the deployment, before defaults are answered;
    /// default 2 s.
    /// </summary>
    public TimeSpan HelloWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long cursors and transactions of a closed connection are kept while other connections of the same client
    /// process seem to live: drivers close idle connections of a pool. Default 30 s.
    /// </summary>
    public TimeSpan OrphanGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>TLS handshakes that a listener does at a time; more wait. Default 64.</summary>
    public int TlsHandshakes { get; init; } = 64;

    /// <summary>How long a TLS handshake may take, its wait included, before the client is closed; default 10 s.</summary>
    public TimeSpan TlsHandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a client may read nothing of a reply, or send nothing more of a large request, before it is closed:
    /// bytes of the budget, and for a streamed reply a server connection, wait for it. Default 60 s.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

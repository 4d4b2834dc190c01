namespace Weir.Sandbox.Server;

/// <summary>What the dispatcher must know about a command.</summary>
[Flags]
internal enum CommandTraits
{
    None = 0,

    /// <summary>Allowed before authentication.</summary>
    BeforeAuthentication = 1 << 0,

    /// <summary>Concerns the connection itself: no latency, no session.</summary>
    Handshake = 1 << 1,

    /// <summary>Only on a primary or a standalone; takes a write concern.</summary>
    Writes = 1 << 2,

    /// <summary>On a secondary only when the request allows it.</summary>
    Reads = 1 << 3,

    /// <summary>Part of the stable API, version 1.</summary>
    ApiV1 = 1 << 4,

    /// <summary>On the database admin only.</summary>
    AdminOnly = 1 << 5,

    /// <summary>Allowed in a transaction.</summary>
    InTransaction = 1 << 6,

    /// <summary>A transaction number without autocommit makes it a retryable write.</summary>
    Retryable = 1 << 7,

    /// <summary>Checks its arguments itself, or takes any because they change nothing.</summary>
    AnyArguments = 1 << 8,

    /// <summary>Takes a write concern although it may not write.</summary>
    TakesWriteConcern = 1 << 9,

    /// <summary>Ends a transaction.</summary>
    EndsTransaction = 1 << 10,
}

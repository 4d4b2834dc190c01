namespace Weir.Proxy.Exchanges;

/// <summary>What comes of an exchange with a server.</summary>
internal enum Verdict
{
    /// <summary>There is something to tell the client: a reply or an error.</summary>
    Deliver,

    /// <summary>The same request may go to another server.</summary>
    Again,

    /// <summary>The reply is longer than what was read of it.</summary>
    Large,

    /// <summary>The client has gone, or is being closed.</summary>
    Abandoned,
}

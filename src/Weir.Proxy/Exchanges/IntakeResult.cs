namespace Weir.Proxy.Exchanges;

/// <summary>What is to be done with a request that has come in.</summary>
internal enum IntakeResult
{
    /// <summary>Send it to a server.</summary>
    Forward,

    /// <summary>Weir answers it: it concerns the client's connection only, or goes to servers in parts.</summary>
    Local,

    /// <summary>Nothing more: its answer is there already.</summary>
    Answered,

    /// <summary>Close the client: it broke the protocol, or asked for what can't even be refused politely.</summary>
    Close,
}

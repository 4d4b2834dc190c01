namespace Weir.Doctor.Looks;

/// <summary>One client connection of a server as <c>$currentOp</c> showed it.</summary>
/// <param name="Id">The server's number for it; later connections have higher ones.</param>
/// <param name="Host">The client's address without its port; empty when the server does not tell.</param>
/// <param name="Port">The client's port; 0 when the server does not tell.</param>
public sealed record ConnectionSeen(long Id, string Host, int Port)
{
    /// <summary>The application's name (<c>appName</c>); empty when it gave none.</summary>
    public string AppName { get; init; } = "";

    /// <summary>The driver's name as it says it; empty when it gave none.</summary>
    public string Driver { get; init; } = "";

    /// <summary>The driver's version as it says it; empty when it gave none.</summary>
    public string DriverVersion { get; init; } = "";

    /// <summary>The runtime, as the driver says it.</summary>
    public string Platform { get; init; } = "";

    /// <summary>The cloud function service it runs in (<c>aws.lambda</c>, say); empty elsewhere.</summary>
    public string FunctionService { get; init; } = "";

    /// <summary>What it was doing.</summary>
    public ConnectionKind Kind { get; init; }

    /// <summary>The operation, such as <c>query app.entries</c>; empty when it has none.</summary>
    public string Operation { get; init; } = "";

    /// <summary>How long the operation has been running.</summary>
    public TimeSpan Running { get; init; }

    /// <summary>Whether it belongs to a client: to neither the deployment nor this program.</summary>
    public bool IsOfClient => Kind is not (ConnectionKind.Internal or ConnectionKind.Own);
}

namespace Weir.Pooling.ConnectionStrings;

/// <summary>
/// A connection string (or a server address) that cannot be used. The message names the part that is wrong,
/// as in "port of host 2: ...", and never repeats what was written there: a password that was not
/// percent-encoded can end up in any part.
/// </summary>
public sealed class ConnectionStringException : FormatException
{
    /// <summary>Creates the error for one part of the string.</summary>
    public ConnectionStringException(string part, string problem)
        : base($"{part}: {problem}")
    {
        Part = part;
    }

    /// <summary>The part that is wrong: "scheme", "user information", "host 1", "option tls", ...</summary>
    public string Part { get; }
}

namespace Weir.Proxy.Administration;

/// <summary>An action that was asked for cannot be done; the message says why.</summary>
public sealed class AdminActionException(string message, bool isMissing = false) : Exception(message)
{
    /// <summary>Whether what it was to be done to is not there.</summary>
    public bool IsMissing { get; } = isMissing;
}

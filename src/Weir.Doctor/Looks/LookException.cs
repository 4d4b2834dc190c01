namespace Weir.Doctor.Looks;

/// <summary>A deployment could not be looked at: the message says which server, why, and what to do.</summary>
public sealed class LookException : Exception
{
    internal LookException(string message, Exception? cause = null)
        : base(message, cause) { }
}

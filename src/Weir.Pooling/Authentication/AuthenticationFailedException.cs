namespace Weir.Pooling.Authentication;

/// <summary>
/// Authentication that cannot succeed: the credential lacks something, or the server did not prove that it
/// knows the password. What the server itself refuses comes as the command's own error. Shows no secret.
/// </summary>
public sealed class AuthenticationFailedException : Exception
{
    /// <summary>Creates the error.</summary>
    public AuthenticationFailedException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}

namespace Weir.Pooling.Authentication;

/// <summary>The file that an environment puts access tokens into, and renews them in.</summary>
internal static class OidcTokenFile
{
    private const string Kubernetes = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>The environments that have one: <c>k8s</c>, and <c>test</c> for the tests.</summary>
    public static bool IsKnown(string? environment) => environment is "k8s" or "test";

    /// <summary>Reads the token as it stands there now.</summary>
    /// <exception cref="AuthenticationFailedException">There is none; the message names the file.</exception>
    public static async ValueTask<string> ReadAsync(string environment, Func<string, string?> variable)
    {
        var path =
            environment == "test"
                ? variable("OIDC_TOKEN_FILE")
                    ?? throw new AuthenticationFailedException(
                        "MONGODB-OIDC with ENVIRONMENT:test needs the variable OIDC_TOKEN_FILE to name a file."
                    )
                : variable("AZURE_FEDERATED_TOKEN_FILE")
                    ?? variable("AWS_WEB_IDENTITY_TOKEN_FILE")
                    ?? Kubernetes;
        try
        {
            var token = (await File.ReadAllTextAsync(path)).Trim();
            return token.Length > 0
                ? token
                : throw new AuthenticationFailedException($"The token file {path} of MONGODB-OIDC is empty.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuthenticationFailedException(
                $"The token file {path} of MONGODB-OIDC cannot be read: {e.Message}"
            );
        }
    }
}

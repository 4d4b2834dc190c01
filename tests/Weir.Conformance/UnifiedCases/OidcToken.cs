namespace Weir.Conformance.UnifiedCases;

/// <summary>The access token that sandboxes take, in a file as the specification's test environment has it.</summary>
internal static class OidcToken
{
    public const string Text = "unified.test.token";

    private static readonly Lazy<string> s_properties = new(Write);

    /// <summary>The <c>authMechanismProperties</c> with which the token is found.</summary>
    public static string Provide() => s_properties.Value;

    private static string Write()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "oidc-token");
        File.WriteAllText(file, Text);
        Environment.SetEnvironmentVariable("OIDC_TOKEN_FILE", file);
        return "ENVIRONMENT:test";
    }
}

using System.Text.RegularExpressions;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Init;

/// <summary>
/// The deployment's connection string: as it is used now, and as it may be written to a file, with environment variables
/// for what is secret.
/// </summary>
/// <param name="Parsed">With its secrets.</param>
/// <param name="Written">Without them: <c>${NAME}</c> stands for each.</param>
/// <param name="NewVariables">The variables that stand for secrets which the string had in it.</param>
internal sealed partial record UpstreamText(
    ConnectionString Parsed,
    string Written,
    IReadOnlyList<string> NewVariables
)
{
    private const string Password = "MONGODB_PASSWORD";

    /// <exception cref="InitException">It is no connection string, or names a variable that is not set.</exception>
    public static UpstreamText Read(string text)
    {
        var variables = new List<string>();
        var written = UserPassword().Replace(text, match => Variable(match, Password, variables));
        foreach (var option in (ReadOnlySpan<string>)["tlsCertificateKeyFilePassword", "proxyPassword"])
        {
            var name = $"MONGODB_{option.ToUpperInvariant()}";
            written = Regex.Replace(
                written,
                $"(?<=[?&]{option}=)(?<secret>[^&]+)",
                match => Variable(match, name, variables),
                RegexOptions.IgnoreCase
            );
        }

        if (SecretProperty().IsMatch(written))
        {
            throw new InitException(
                "authMechanismProperties holds a secret; write it as ${NAME} and set that environment variable"
            );
        }

        try
        {
            return new UpstreamText(ConnectionString.Parse(Expand(text)), written, variables);
        }
        catch (ConnectionStringException error)
        {
            throw new InitException(error.Message);
        }
    }

    /// <summary>The string to write, with this maxPoolSize.</summary>
    public string WithPool(int size)
    {
        if (MaxPoolSize().IsMatch(Written))
        {
            return MaxPoolSize().Replace(Written, $"maxPoolSize={size}");
        }

        if (Written.Contains('?', StringComparison.Ordinal))
        {
            return Written.EndsWith('?') || Written.EndsWith('&')
                ? $"{Written}maxPoolSize={size}"
                : $"{Written}&maxPoolSize={size}";
        }

        var hosts = Written.IndexOf("://", StringComparison.Ordinal) + 3;
        return $"{Written}{(Written[hosts..].Contains('/', StringComparison.Ordinal) ? "" : "/")}?maxPoolSize={size}";
    }

    private static string Variable(Match match, string name, List<string> variables)
    {
        var secret = match.Groups["secret"].Value;
        if (secret.StartsWith("${", StringComparison.Ordinal))
        {
            return match.Value;
        }

        variables.Add(name);
        return $"${{{name}}}";
    }

    private static string Expand(string text) =>
        AnyVariable()
            .Replace(
                text,
                match =>
                    Environment.GetEnvironmentVariable(match.Groups["name"].Value)
                    ?? throw new InitException(
                        $"the environment variable {match.Groups["name"].Value} is not set"
                    )
            );

    // mongodb://user:SECRET@; a password's own special characters are percent-encoded.
    [GeneratedRegex(@"(?<=^mongodb(\+srv)?://[^:/@]*:)(?<secret>[^@/]+)(?=@)")]
    private static partial Regex UserPassword();

    [GeneratedRegex(@"(?<=[?&])maxPoolSize=[^&]*", RegexOptions.IgnoreCase)]
    private static partial Regex MaxPoolSize();

    [GeneratedRegex(
        @"authMechanismProperties=[^&]*(TOKEN|SECRET|PASSWORD)[^&:]*:(?!\$\{)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex SecretProperty();

    [GeneratedRegex(@"\$\{(?<name>[^}]+)\}")]
    private static partial Regex AnyVariable();
}

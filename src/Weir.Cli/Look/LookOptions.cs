using System.CommandLine;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Cli.Look;

/// <summary>What <c>weir top</c> and <c>weir status</c> are told alike: what to look at.</summary>
internal static class LookOptions
{
    public static readonly Argument<string?> Target = new("target")
    {
        Description =
            "A running Weir's admin API (HOST:PORT, a URL, unix:/PATH; default 127.0.0.1:27080, or $WEIR_ADMIN), or the connection string of any deployment.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static readonly Option<string?> Token = new("--token")
    {
        Description =
            "The admin token; better $WEIR_ADMIN_TOKEN, which other users of this machine cannot see.",
    };

    /// <exception cref="LookException">The target is none.</exception>
    public static IView CreateView(ParseResult parsed)
    {
        var target = parsed.GetValue(Target) ?? Variable("WEIR_ADMIN");
        if (target?.StartsWith("mongodb", StringComparison.Ordinal) == true)
        {
            try
            {
                return new DeploymentView(ConnectionString.Parse(target));
            }
            catch (ConnectionStringException error)
            {
                throw new LookException(error.Message);
            }
        }

        return new WeirView(new AdminClient(target, parsed.GetValue(Token) ?? Variable("WEIR_ADMIN_TOKEN")));
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

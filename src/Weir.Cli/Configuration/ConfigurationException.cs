namespace Weir.Cli.Configuration;

/// <summary>A configuration that can't be used; every error of it at once, each beginning with its key.</summary>
internal sealed class ConfigurationException(string source, IReadOnlyList<string> errors)
    : Exception($"{source}: {string.Join(Environment.NewLine + source + ": ", errors)}")
{
    public IReadOnlyList<string> Errors { get; } = errors;
}

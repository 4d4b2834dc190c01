namespace Weir.Cli.Look;

/// <summary>There is nothing to be seen, and why.</summary>
internal sealed class LookException(string message) : Exception(message);

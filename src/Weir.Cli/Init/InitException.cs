namespace Weir.Cli.Init;

/// <summary>Why nothing was written.</summary>
internal sealed class InitException(string message) : Exception(message);

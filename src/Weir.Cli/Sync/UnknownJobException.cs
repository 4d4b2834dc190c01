namespace Weir.Cli.Sync;

/// <summary>A job was named that the file does not have.</summary>
internal sealed class UnknownJobException(string message) : Exception(message);

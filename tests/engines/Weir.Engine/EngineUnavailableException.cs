namespace Weir.Engine;

/// <summary>This machine cannot run the engine: the message says why and what would help.</summary>
public sealed class EngineUnavailableException : Exception
{
    public EngineUnavailableException() { }

    public EngineUnavailableException(string message)
        : base(message) { }

    public EngineUnavailableException(string message, Exception innerException)
        : base(message, innerException) { }
}

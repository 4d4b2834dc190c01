namespace Weir.Protocol.Json;

/// <summary>The text is not valid Extended JSON.</summary>
public sealed class ExtendedJsonException : FormatException
{
    public ExtendedJsonException()
        : base("The text is not valid Extended JSON.") { }

    public ExtendedJsonException(string message)
        : base(message) { }

    public ExtendedJsonException(string message, Exception innerException)
        : base(message, innerException) { }

    internal ExtendedJsonException(string reason, long position, Exception? innerException = null)
        : base($"{reason} (at byte {position})", innerException) => Position = position;

    /// <summary>The byte, counted from 0 in the UTF-8 form of the text, at which the fault was seen.</summary>
    public long Position { get; }
}

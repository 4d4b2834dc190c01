namespace Weir.Protocol.Wire;

/// <summary>The bytes are not a valid message. The one error that reading messages throws for bad input.</summary>
public sealed class WireFormatException : FormatException
{
    public WireFormatException()
        : base("The bytes are not a valid message.") { }

    public WireFormatException(string message)
        : base(message) { }

    public WireFormatException(string message, Exception innerException)
        : base(message, innerException) { }
}

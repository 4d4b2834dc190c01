namespace Weir.Protocol.Bson;

/// <summary>The bytes are not valid BSON. The one error that reading BSON throws for bad input.</summary>
public sealed class BsonFormatException : FormatException
{
    public BsonFormatException()
        : base("The bytes are not valid BSON.") { }

    public BsonFormatException(string message)
        : base(message) { }

    public BsonFormatException(string message, Exception innerException)
        : base(message, innerException) { }
}

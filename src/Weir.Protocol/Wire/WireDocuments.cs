using Weir.Protocol.Bson;

namespace Weir.Protocol.Wire;

/// <summary>Documents within messages: a bad length there is the message's fault.</summary>
internal static class WireDocuments
{
    /// <summary>The length of the document at the start of the bytes.</summary>
    public static int Measure(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return BsonLayout.MeasureDocument(bytes);
        }
        catch (BsonFormatException e)
        {
            throw new WireFormatException($"A document in a message is cut: {e.Message}", e);
        }
    }
}

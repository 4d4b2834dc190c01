namespace Weir.Protocol.Bson;

/// <summary>What every reader and writer of BSON here bounds.</summary>
public static class BsonLimits
{
    /// <summary>
    /// How deep documents may nest, the outermost counting as 1. MongoDB itself stores 100 levels and reads 200.
    /// </summary>
    public const int MaxDepth = 200;

    /// <summary>The shortest document: its length and its end.</summary>
    public const int MinDocumentLength = 5;
}

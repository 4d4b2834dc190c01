namespace Weir.Protocol.Bson;

/// <summary>The type byte of a BSON element, as the BSON specification numbers it.</summary>
public enum BsonType : byte
{
    /// <summary>Not a type: the byte that ends a document.</summary>
    EndOfDocument = 0,
    Double = 1,
    String = 2,
    Document = 3,
    Array = 4,
    Binary = 5,
    Undefined = 6,
    ObjectId = 7,
    Boolean = 8,
    DateTime = 9,
    Null = 10,
    RegularExpression = 11,
    DbPointer = 12,
    JavaScript = 13,
    Symbol = 14,
    JavaScriptWithScope = 15,
    Int32 = 16,
    Timestamp = 17,
    Int64 = 18,
    Decimal128 = 19,
    MaxKey = 127,
    MinKey = 255,
}

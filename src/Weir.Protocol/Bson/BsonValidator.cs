using System.Buffers.Binary;

namespace Weir.Protocol.Bson;

/// <summary>Checks a document throughout (lengths, types, text, nesting) without building anything.</summary>
public static class BsonValidator
{
    /// <param name="document">Exactly one document.</param>
    /// <exception cref="BsonFormatException">The bytes are not valid BSON.</exception>
    public static void Validate(ReadOnlySpan<byte> document) => Validate(document, 1);

    private static void Validate(ReadOnlySpan<byte> document, int depth)
    {
        if (depth > BsonLimits.MaxDepth)
        {
            throw new BsonFormatException($"Documents nest deeper than {BsonLimits.MaxDepth} levels.");
        }

        var reader = new BsonReader(document);
        while (reader.Read())
        {
            BsonText.Check(reader.Name);
            var value = reader.Value;
            switch (reader.Type)
            {
                case BsonType.Document:
                case BsonType.Array:
                    Validate(value, depth + 1);
                    break;
                case BsonType.String:
                case BsonType.Symbol:
                case BsonType.JavaScript:
                    BsonText.Check(value[4..^1]);
                    break;
                case BsonType.DbPointer:
                    BsonText.Check(value[4..^13]);
                    break;
                case BsonType.RegularExpression:
                    BsonText.Check(value);
                    break;
                case BsonType.JavaScriptWithScope:
                    var scope = 8 + BinaryPrimitives.ReadInt32LittleEndian(value[4..]);
                    BsonText.Check(value[8..(scope - 1)]);
                    Validate(value[scope..], depth + 1);
                    break;
            }
        }
    }
}

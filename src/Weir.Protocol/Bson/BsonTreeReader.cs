using System.Buffers.Binary;

namespace Weir.Protocol.Bson;

/// <summary>Bytes to a tree of documents, values and arrays.</summary>
internal static class BsonTreeReader
{
    public static BsonDocument ReadDocument(ReadOnlySpan<byte> bytes, int depth)
    {
        CheckDepth(depth);
        var reader = new BsonReader(bytes);
        var document = new BsonDocument();
        while (reader.Read())
        {
            document.Add(reader.GetName(), ReadValue(reader, depth));
        }

        return document;
    }

    public static BsonValue ReadValue(in BsonReader reader, int depth)
    {
        switch (reader.Type)
        {
            case BsonType.Double:
                return reader.GetDouble();
            case BsonType.String:
                return reader.GetString();
            case BsonType.Document:
                return ReadDocument(reader.Value, depth + 1);
            case BsonType.Array:
                return ReadArray(reader.Value, depth + 1);
            case BsonType.Binary:
                var payload = reader.GetBinary(out var subtype);
                return new BsonBinary(subtype, payload.ToArray());
            case BsonType.ObjectId:
                return reader.GetObjectId();
            case BsonType.Boolean:
                return reader.GetBoolean();
            case BsonType.DateTime:
                return BsonValue.FromMillisecondsSinceEpoch(reader.GetMillisecondsSinceEpoch());
            case BsonType.Null:
                return BsonValue.Null;
            case BsonType.Int32:
                return reader.GetInt32();
            case BsonType.Int64:
                return reader.GetInt64();
            default:
                return ReadRare(reader, depth);
        }
    }

    // Apart, so that what everybody runs is small, and soon compiled.
    private static BsonValue ReadRare(in BsonReader reader, int depth)
    {
        switch (reader.Type)
        {
            case BsonType.Undefined:
                return BsonValue.Undefined;
            case BsonType.RegularExpression:
                var end = reader.Value.IndexOf((byte)0);
                return new BsonRegex(
                    BsonText.Decode(reader.Value[..end]),
                    BsonText.Decode(reader.Value[(end + 1)..^1])
                );
            case BsonType.DbPointer:
                return BsonValue.DbPointer(
                    BsonText.Decode(reader.Value[4..^13]),
                    new ObjectId(reader.Value[^12..])
                );
            case BsonType.JavaScript:
                return BsonValue.JavaScript(BsonText.Decode(reader.Value[4..^1]));
            case BsonType.Symbol:
                return BsonValue.Symbol(BsonText.Decode(reader.Value[4..^1]));
            case BsonType.JavaScriptWithScope:
                return ReadJavaScriptWithScope(reader.Value, depth + 1);
            case BsonType.Timestamp:
                return reader.GetTimestamp();
            case BsonType.Decimal128:
                return reader.GetDecimal128();
            case BsonType.MinKey:
                return BsonValue.MinKey;
            case BsonType.MaxKey:
                return BsonValue.MaxKey;
            default:
                throw new InvalidOperationException("The reader is not at an element.");
        }
    }

    private static BsonArray ReadArray(ReadOnlySpan<byte> bytes, int depth)
    {
        CheckDepth(depth);
        var reader = new BsonReader(bytes);
        var array = new BsonArray();
        while (reader.Read())
        {
            // The names should count from 0. Servers and drivers read them in order whatever they are; so do we.
            BsonText.Check(reader.Name);
            array.Add(ReadValue(reader, depth));
        }

        return array;
    }

    private static BsonValue ReadJavaScriptWithScope(ReadOnlySpan<byte> value, int depth)
    {
        var scope = 8 + BinaryPrimitives.ReadInt32LittleEndian(value[4..]);
        return BsonValue.JavaScriptWithScope(
            BsonText.Decode(value[8..(scope - 1)]),
            ReadDocument(value[scope..], depth)
        );
    }

    private static void CheckDepth(int depth)
    {
        if (depth > BsonLimits.MaxDepth)
        {
            throw new BsonFormatException($"Documents nest deeper than {BsonLimits.MaxDepth} levels.");
        }
    }
}

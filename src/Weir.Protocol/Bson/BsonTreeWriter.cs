namespace Weir.Protocol.Bson;

/// <summary>A value of a tree to the writer.</summary>
internal static class BsonTreeWriter
{
    public static void WriteValue(BsonWriter writer, Utf8Text name, BsonValue value)
    {
        switch (value.Type)
        {
            case BsonType.Double:
                writer.WriteDouble(name, value.AsDouble);
                break;
            case BsonType.String:
                writer.WriteString(name, value.AsString);
                break;
            case BsonType.Document:
                writer.StartDocument(name);
                writer.WriteElements(value.AsDocument);
                writer.EndDocument();
                break;
            case BsonType.Array:
                writer.StartArray(name);
                foreach (var item in value.AsArray)
                {
                    WriteValue(writer, default, item);
                }

                writer.EndArray();
                break;
            case BsonType.Binary:
                writer.WriteBinary(name, value.AsBinary.Span, value.AsBinary.Subtype);
                break;
            case BsonType.ObjectId:
                writer.WriteObjectId(name, value.AsObjectId);
                break;
            case BsonType.Boolean:
                writer.WriteBoolean(name, value.AsBoolean);
                break;
            case BsonType.DateTime:
                writer.WriteDateTime(name, value.AsMillisecondsSinceEpoch);
                break;
            case BsonType.Null:
                writer.WriteNull(name);
                break;
            case BsonType.Int32:
                writer.WriteInt32(name, value.AsInt32);
                break;
            case BsonType.Int64:
                writer.WriteInt64(name, value.AsInt64);
                break;
            default:
                WriteRare(writer, name, value);
                break;
        }
    }

    // Apart, so that what everybody runs is small, and soon compiled.
    private static void WriteRare(BsonWriter writer, Utf8Text name, BsonValue value)
    {
        switch (value.Type)
        {
            case BsonType.Undefined:
                writer.WriteUndefined(name);
                break;
            case BsonType.RegularExpression:
                writer.WriteRegex(name, value.AsRegex);
                break;
            case BsonType.DbPointer:
                writer.WriteDbPointer(name, value.AsDbPointer.Namespace, value.AsDbPointer.Id);
                break;
            case BsonType.JavaScript:
                writer.WriteJavaScript(name, value.AsJavaScript);
                break;
            case BsonType.Symbol:
                writer.WriteSymbol(name, value.AsSymbol);
                break;
            case BsonType.JavaScriptWithScope:
                var (code, scope) = value.AsJavaScriptWithScope;
                writer.WriteJavaScriptWithScope(name, code, scope);
                break;
            case BsonType.Timestamp:
                writer.WriteTimestamp(name, value.AsTimestamp);
                break;
            case BsonType.Decimal128:
                writer.WriteDecimal128(name, value.AsDecimal128);
                break;
            case BsonType.MinKey:
                writer.WriteMinKey(name);
                break;
            case BsonType.MaxKey:
                writer.WriteMaxKey(name);
                break;
        }
    }
}

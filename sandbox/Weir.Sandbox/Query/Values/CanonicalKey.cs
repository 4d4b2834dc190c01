using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store.Indexes;

namespace Weir.Sandbox.Query;

/// <summary>Bytes that are equal exactly when two values compare equal: for hash indexes, $group, $addToSet, distinct.</summary>
internal static class CanonicalKey
{
    public static IndexKey Of(BsonValue value)
    {
        var output = new ArrayBufferWriter<byte>(16);
        Write(output, value);
        return new IndexKey(output.WrittenSpan.ToArray());
    }

    public static IndexKey Of(ReadOnlySpan<BsonValue> values)
    {
        var output = new ArrayBufferWriter<byte>(32);
        foreach (var value in values)
        {
            Write(output, value);
        }

        return new IndexKey(output.WrittenSpan.ToArray());
    }

    // Every part is fixed in length or led by its length, so that no two sequences of values share their bytes.
    private static void Write(ArrayBufferWriter<byte> output, BsonValue value)
    {
        WriteByte(output, (byte)BsonOrder.Bracket(value.Type));
        switch (value.Type)
        {
            case BsonType.Int32:
            case BsonType.Int64:
            case BsonType.Double:
            case BsonType.Decimal128:
                WriteNumber(output, value);
                break;
            case BsonType.String:
            case BsonType.Symbol:
                WriteText(output, BsonOrder.TextOf(value));
                break;
            case BsonType.Document:
                WriteDocument(output, value.AsDocument);
                break;
            case BsonType.Array:
                WriteInt64(output, value.AsArray.Count);
                foreach (var element in value.AsArray)
                {
                    Write(output, element);
                }

                break;
            case BsonType.Binary:
                var binary = value.AsBinary;
                WriteInt64(output, binary.Length);
                WriteByte(output, binary.Subtype);
                output.Write(binary.Span);
                break;
            case BsonType.ObjectId:
                value.AsObjectId.Write(output.GetSpan(ObjectId.Size));
                output.Advance(ObjectId.Size);
                break;
            case BsonType.Boolean:
                WriteByte(output, value.AsBoolean ? (byte)1 : (byte)0);
                break;
            case BsonType.DateTime:
                WriteInt64(output, value.AsMillisecondsSinceEpoch);
                break;
            case BsonType.Timestamp:
                WriteInt64(output, (long)value.AsTimestamp.Value);
                break;
            case BsonType.RegularExpression:
                WriteText(output, value.AsRegex.Pattern);
                WriteText(output, value.AsRegex.Options);
                break;
            case BsonType.DbPointer:
                WriteText(output, value.AsDbPointer.Namespace);
                Write(output, value.AsDbPointer.Id);
                break;
            case BsonType.JavaScript:
                WriteText(output, value.AsJavaScript);
                break;
            case BsonType.JavaScriptWithScope:
                WriteText(output, value.AsJavaScriptWithScope.Code);
                WriteDocument(output, value.AsJavaScriptWithScope.Scope);
                break;
            default:
                break;
        }
    }

    private static void WriteDocument(ArrayBufferWriter<byte> output, BsonDocument document)
    {
        WriteInt64(output, document.Count);
        foreach (var element in document)
        {
            WriteText(output, element.Name);
            Write(output, element.Value);
        }
    }

    // 1, 1.0 and NumberDecimal("1.00") are one number: a whole one by its value, another by its canonical digits.
    private static void WriteNumber(ArrayBufferWriter<byte> output, BsonValue value)
    {
        if (value.IsDecimal128 && !value.AsDecimal128.IsFinite)
        {
            WriteFraction(output, value);
        }
        else if (Numbers.TryWhole(value, out var whole) && Numbers.Compare(value, whole) == 0)
        {
            WriteByte(output, 1);
            WriteInt64(output, whole);
        }
        else
        {
            WriteFraction(output, value);
        }
    }

    private static void WriteFraction(ArrayBufferWriter<byte> output, BsonValue value)
    {
        WriteByte(output, 2);
        WriteText(output, DecimalNumber.Of(value).Canonical());
    }

    private static void WriteText(ArrayBufferWriter<byte> output, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteInt64(output, length);
        Encoding.UTF8.GetBytes(text, output.GetSpan(length));
        output.Advance(length);
    }

    private static void WriteInt64(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    private static void WriteByte(ArrayBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Weir.Protocol.Bson;

/// <summary>How many bytes a value takes, checked against the bytes that are there. Every length passes here.</summary>
internal static class BsonLayout
{
    /// <summary>Checks that the bytes are framed as exactly one document: length first, zero last.</summary>
    public static void CheckDocument(ReadOnlySpan<byte> document)
    {
        if (document.Length < BsonLimits.MinDocumentLength)
        {
            throw new BsonFormatException(
                $"A document takes at least {BsonLimits.MinDocumentLength} bytes; there are {document.Length}."
            );
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(document);
        if (length != document.Length)
        {
            throw new BsonFormatException(
                $"The document says it has {length} bytes; there are {document.Length}."
            );
        }

        if (document[^1] != 0)
        {
            throw new BsonFormatException("The document does not end with a zero byte.");
        }
    }

    /// <summary>The length of the document at the start of the bytes, which may go on after it.</summary>
    public static int MeasureDocument(ReadOnlySpan<byte> bytes)
    {
        var length = ReadLength(bytes, "document");
        if (length < BsonLimits.MinDocumentLength || length > bytes.Length)
        {
            throw OutOfBounds("document", length, bytes.Length);
        }

        return bytes[length - 1] == 0
            ? length
            : throw new BsonFormatException("A document does not end with a zero byte.");
    }

    /// <summary>The length of the value of the given type at the start of the bytes.</summary>
    public static int Measure(BsonType type, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case BsonType.Int32:
                return Fixed(type, 4, bytes.Length);
            case BsonType.Double:
            case BsonType.DateTime:
            case BsonType.Timestamp:
            case BsonType.Int64:
                return Fixed(type, 8, bytes.Length);
            case BsonType.String:
            case BsonType.Symbol:
            case BsonType.JavaScript:
                return MeasureString(bytes);
            case BsonType.Document:
            case BsonType.Array:
                return MeasureDocument(bytes);
            case BsonType.ObjectId:
                return Fixed(type, ObjectId.Size, bytes.Length);
            case BsonType.Boolean:
                Fixed(type, 1, bytes.Length);
                return bytes[0] <= 1
                    ? 1
                    : throw new BsonFormatException($"A boolean is 0 or 1, not {bytes[0]}.");
            case BsonType.Null:
            case BsonType.Undefined:
            case BsonType.MinKey:
            case BsonType.MaxKey:
                return 0;
            case BsonType.Binary:
                return MeasureBinary(bytes);
            case BsonType.Decimal128:
                return Fixed(type, 16, bytes.Length);
            case BsonType.RegularExpression:
                var pattern = MeasureCString(bytes);
                return pattern + MeasureCString(bytes[pattern..]);
            case BsonType.DbPointer:
                var ns = MeasureString(bytes);
                return ns + Fixed(type, ObjectId.Size, bytes.Length - ns);
            case BsonType.JavaScriptWithScope:
                return MeasureJavaScriptWithScope(bytes);
            default:
                throw new BsonFormatException($"There is no BSON type 0x{(byte)type:X2}.");
        }
    }

    /// <summary>The length of a string with its length in front and its zero at the end.</summary>
    public static int MeasureString(ReadOnlySpan<byte> bytes)
    {
        var length = ReadLength(bytes, "string");
        if (length < 1 || length > bytes.Length - 4)
        {
            throw OutOfBounds("string", length, bytes.Length - 4);
        }

        return bytes[3 + length] == 0
            ? 4 + length
            : throw new BsonFormatException("A string does not end with a zero byte.");
    }

    /// <summary>The length of zero-terminated text, the zero included.</summary>
    public static int MeasureCString(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return end >= 0 ? end + 1 : throw new BsonFormatException("A name or regular expression has no end.");
    }

    private static int MeasureBinary(ReadOnlySpan<byte> bytes)
    {
        var length = ReadLength(bytes, "binary");
        if (length < 0 || length > bytes.Length - 5)
        {
            throw OutOfBounds("binary", length, bytes.Length - 5);
        }

        if (bytes[4] == BsonBinary.OldBinary)
        {
            var inner = length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes[5..]);
            if (inner != length - 4)
            {
                throw new BsonFormatException("The two lengths of a binary of subtype 2 do not agree.");
            }
        }

        return 5 + length;
    }

    private static int MeasureJavaScriptWithScope(ReadOnlySpan<byte> bytes)
    {
        var length = ReadLength(bytes, "JavaScript with scope");
        if (length < 14 || length > bytes.Length)
        {
            throw OutOfBounds("JavaScript with scope", length, bytes.Length);
        }

        var code = MeasureString(bytes[4..length]);
        return 4 + code + MeasureDocument(bytes[(4 + code)..length]) == length
            ? length
            : throw new BsonFormatException("The lengths within a JavaScript with scope do not agree.");
    }

    private static int ReadLength(ReadOnlySpan<byte> bytes, string what) =>
        bytes.Length >= 4
            ? BinaryPrimitives.ReadInt32LittleEndian(bytes)
            : throw new BsonFormatException($"The bytes end within the length of a {what}.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Fixed(BsonType type, int size, int available) =>
        available >= size ? size : throw Truncated(type, size, available);

    private static BsonFormatException Truncated(BsonType type, int size, int available) =>
        new($"{type} takes {size} bytes; there are {available}.");

    private static BsonFormatException OutOfBounds(string what, int length, int available) =>
        new($"The length of a {what}, {length}, does not fit the {Math.Max(available, 0)} bytes there are.");
}

using System.Buffers.Binary;

namespace Weir.Protocol.Bson;

/// <summary>
/// A pass over one level of a document, without allocation: <c>while (reader.Read())</c> looks at each element in
/// turn. Lengths are checked as it goes and booleans are 0 or 1; text is checked when it is asked for as a string,
/// and nested documents when they are read in turn (<see cref="BsonValidator"/> checks everything at once).
/// </summary>
/// <remarks>A getter of the wrong type throws <see cref="InvalidCastException"/>; bad bytes throw
/// <see cref="BsonFormatException"/>.</remarks>
public ref struct BsonReader
{
    private readonly ReadOnlySpan<byte> _document;
    private int _start;
    private int _valueOffset; // two beyond _start where there is no element: no name
    private int _end;

    /// <param name="document">Exactly one document (or array), from its length to its last zero.</param>
    public BsonReader(ReadOnlySpan<byte> document)
    {
        BsonLayout.CheckDocument(document);
        _document = document;
        _valueOffset = 2;
        _end = 4;
    }

    /// <summary>The type of the element; <see cref="BsonType.EndOfDocument"/> before the first and after the last.</summary>
    public BsonType Type { get; private set; }

    /// <summary>The whole document being read.</summary>
    public readonly ReadOnlySpan<byte> Document => _document;

    /// <summary>The name in UTF-8, unchecked.</summary>
    public readonly ReadOnlySpan<byte> Name => _document[(_start + 1)..(_valueOffset - 1)];

    /// <summary>The bytes of the value, without type and name.</summary>
    public readonly ReadOnlySpan<byte> Value => _document[_valueOffset.._end];

    /// <summary>Where the element's type byte stands in the document.</summary>
    public readonly int ElementOffset => _start;

    /// <summary>Where the value begins in the document.</summary>
    public readonly int ValueOffset => _valueOffset;

    /// <summary>Where the element ends in the document: the offset of the next one.</summary>
    public readonly int EndOffset => _end;

    /// <summary>Moves to the next element; false at the end of the document.</summary>
    public bool Read()
    {
        // The last byte is the document's own end, which no element may reach into.
        var body = _document[..^1];
        _start = _end;
        if (_start >= body.Length)
        {
            Type = BsonType.EndOfDocument;
            _valueOffset = _start + 2;
            return false;
        }

        var type = (BsonType)body[_start];
        if (type == BsonType.EndOfDocument)
        {
            throw new BsonFormatException($"A document of {_document.Length} bytes ends at byte {_start}.");
        }

        var valueOffset = _start + 1 + BsonLayout.MeasureCString(body[(_start + 1)..]);
        _end = valueOffset + BsonLayout.Measure(type, body[valueOffset..]);
        _valueOffset = valueOffset;
        Type = type;
        return true;
    }

    /// <summary>Moves on to the next element of that name; false, and at the end, when there is none.</summary>
    public bool Find(ReadOnlySpan<byte> name)
    {
        while (Read())
        {
            if (NameEquals(name))
            {
                return true;
            }
        }

        return false;
    }

    public readonly bool NameEquals(ReadOnlySpan<byte> name) => Name.SequenceEqual(name);

    public readonly string GetName() => BsonText.Decode(Name);

    public readonly int GetInt32() => BinaryPrimitives.ReadInt32LittleEndian(Expect(BsonType.Int32));

    public readonly long GetInt64() => BinaryPrimitives.ReadInt64LittleEndian(Expect(BsonType.Int64));

    public readonly double GetDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Expect(BsonType.Double));

    public readonly bool GetBoolean() => Expect(BsonType.Boolean)[0] != 0;

    /// <summary>The text in UTF-8, unchecked and without its zero.</summary>
    public readonly ReadOnlySpan<byte> GetUtf8() => Expect(BsonType.String)[4..^1];

    public readonly string GetString() => BsonText.Decode(GetUtf8());

    /// <summary>The bytes of a nested document or array.</summary>
    public readonly ReadOnlySpan<byte> GetDocument() =>
        Type == BsonType.Array ? Value : Expect(BsonType.Document);

    /// <summary>The bytes of a binary; without the inner length of subtype 2.</summary>
    public readonly ReadOnlySpan<byte> GetBinary(out byte subtype)
    {
        var value = Expect(BsonType.Binary);
        subtype = value[4];
        return value[(subtype == BsonBinary.OldBinary ? 9 : 5)..];
    }

    public readonly ObjectId GetObjectId() => new(Expect(BsonType.ObjectId));

    public readonly long GetMillisecondsSinceEpoch() =>
        BinaryPrimitives.ReadInt64LittleEndian(Expect(BsonType.DateTime));

    public readonly BsonTimestamp GetTimestamp() =>
        BsonTimestamp.FromValue(BinaryPrimitives.ReadUInt64LittleEndian(Expect(BsonType.Timestamp)));

    public readonly Decimal128 GetDecimal128() => new(Expect(BsonType.Decimal128));

    /// <summary>An integer, whichever of Int32, Int64 or an integral Double it was sent as (drivers differ).</summary>
    public readonly bool TryGetInteger(out long value)
    {
        switch (Type)
        {
            case BsonType.Int32:
                value = GetInt32();
                return true;
            case BsonType.Int64:
                value = GetInt64();
                return true;
            case BsonType.Double when GetDouble() is >= long.MinValue and < -(double)long.MinValue:
                value = (long)GetDouble();
                return value == GetDouble();
            default:
                value = 0;
                return false;
        }
    }

    /// <summary>True as MongoDB sees it: all but false, zero, null and undefined.</summary>
    public readonly bool ToBoolean() =>
        Type switch
        {
            BsonType.Boolean => GetBoolean(),
            BsonType.Int32 => GetInt32() != 0,
            BsonType.Int64 => GetInt64() != 0,
            BsonType.Double => GetDouble() != 0,
            BsonType.Decimal128 => !GetDecimal128().IsZero,
            BsonType.Null or BsonType.Undefined or BsonType.EndOfDocument => false,
            _ => true,
        };

    /// <summary>The value as a tree of its own, checked throughout.</summary>
    public readonly BsonValue GetValue() => BsonTreeReader.ReadValue(this, 1);

    private readonly ReadOnlySpan<byte> Expect(BsonType type) => Type == type ? Value : throw WrongType(type);

    private readonly InvalidCastException WrongType(BsonType expected) =>
        new($"\"{System.Text.Encoding.UTF8.GetString(Name)}\" is {Type}, not {expected}.");
}

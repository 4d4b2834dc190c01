using System.Buffers;
using System.Buffers.Binary;

namespace Weir.Protocol.Bson;

/// <summary>
/// Writes documents element by element, without a tree. A document reaches the output when its outermost level ends;
/// the writer can then be used for another. Inside an array names are the writer's: pass <c>default</c>.
/// Disposing gives its buffer back. Not thread-safe.
/// </summary>
/// <example><code>
/// using var writer = new BsonWriter(output);
/// writer.StartDocument();
/// writer.WriteInt32("ok"u8, 1);
/// writer.StartArray("hosts"u8);
/// writer.WriteString(default, "a:27017");
/// writer.EndArray();
/// writer.EndDocument();
/// </code></example>
/// <remarks>Names with a zero character and text that UTF-8 can't say throw <see cref="ArgumentException"/>; ends
/// without starts, and nesting beyond <see cref="BsonLimits.MaxDepth"/>, <see cref="InvalidOperationException"/>.</remarks>
public sealed class BsonWriter : IDisposable
{
    private readonly IBufferWriter<byte> _output;
    private readonly BsonBuffer _buffer = new();
    private Level[] _levels = new Level[4];
    private int _depth;

    public BsonWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    /// <summary>Starts the outermost document.</summary>
    public void StartDocument()
    {
        if (_depth != 0)
        {
            throw new InvalidOperationException("A nested document needs a name.");
        }

        Push(isArray: false);
    }

    public void StartDocument(Utf8Text name)
    {
        WriteName(BsonType.Document, name);
        Push(isArray: false);
    }

    public void EndDocument() => Pop(isArray: false);

    public void StartArray(Utf8Text name)
    {
        WriteName(BsonType.Array, name);
        Push(isArray: true);
    }

    public void EndArray() => Pop(isArray: true);

    public void WriteDouble(Utf8Text name, double value)
    {
        WriteName(BsonType.Double, name);
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.Claim(8), value);
    }

    public void WriteString(Utf8Text name, Utf8Text value)
    {
        WriteName(BsonType.String, name);
        _buffer.WriteString(value);
    }

    public void WriteSymbol(Utf8Text name, Utf8Text value)
    {
        WriteName(BsonType.Symbol, name);
        _buffer.WriteString(value);
    }

    public void WriteJavaScript(Utf8Text name, Utf8Text code)
    {
        WriteName(BsonType.JavaScript, name);
        _buffer.WriteString(code);
    }

    public void WriteBinary(Utf8Text name, ReadOnlySpan<byte> bytes, byte subtype = BsonBinary.Generic)
    {
        WriteName(BsonType.Binary, name);
        var old = subtype == BsonBinary.OldBinary;
        _buffer.WriteInt32(bytes.Length + (old ? 4 : 0));
        _buffer.WriteByte(subtype);
        if (old)
        {
            _buffer.WriteInt32(bytes.Length);
        }

        _buffer.Write(bytes);
    }

    public void WriteUndefined(Utf8Text name) => WriteName(BsonType.Undefined, name);

    public void WriteNull(Utf8Text name) => WriteName(BsonType.Null, name);

    public void WriteMinKey(Utf8Text name) => WriteName(BsonType.MinKey, name);

    public void WriteMaxKey(Utf8Text name) => WriteName(BsonType.MaxKey, name);

    public void WriteObjectId(Utf8Text name, ObjectId value)
    {
        WriteName(BsonType.ObjectId, name);
        value.Write(_buffer.Claim(ObjectId.Size));
    }

    public void WriteBoolean(Utf8Text name, bool value)
    {
        WriteName(BsonType.Boolean, name);
        _buffer.WriteByte(value ? (byte)1 : (byte)0);
    }

    public void WriteDateTime(Utf8Text name, DateTime value) =>
        WriteDateTime(name, BsonDateTime.ToMilliseconds(value));

    public void WriteDateTime(Utf8Text name, long millisecondsSinceEpoch)
    {
        WriteName(BsonType.DateTime, name);
        _buffer.WriteInt64(millisecondsSinceEpoch);
    }

    public void WriteRegex(Utf8Text name, BsonRegex value)
    {
        ArgumentNullException.ThrowIfNull(value);
        WriteName(BsonType.RegularExpression, name);
        _buffer.WriteCString(value.Pattern);
        _buffer.WriteCString(value.Options);
    }

    public void WriteDbPointer(Utf8Text name, Utf8Text ns, ObjectId id)
    {
        WriteName(BsonType.DbPointer, name);
        _buffer.WriteString(ns);
        id.Write(_buffer.Claim(ObjectId.Size));
    }

    public void WriteJavaScriptWithScope(Utf8Text name, Utf8Text code, BsonDocument scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        WriteName(BsonType.JavaScriptWithScope, name);
        var start = _buffer.Length;
        _buffer.WriteInt32(0);
        _buffer.WriteString(code);
        Push(isArray: false);
        WriteElements(scope);
        Pop(isArray: false);
        _buffer.PatchInt32(start, _buffer.Length - start);
    }

    public void WriteInt32(Utf8Text name, int value)
    {
        WriteName(BsonType.Int32, name);
        _buffer.WriteInt32(value);
    }

    public void WriteInt64(Utf8Text name, long value)
    {
        WriteName(BsonType.Int64, name);
        _buffer.WriteInt64(value);
    }

    public void WriteTimestamp(Utf8Text name, BsonTimestamp value)
    {
        WriteName(BsonType.Timestamp, name);
        _buffer.WriteInt64((long)value.Value);
    }

    public void WriteDecimal128(Utf8Text name, Decimal128 value)
    {
        WriteName(BsonType.Decimal128, name);
        value.Write(_buffer.Claim(Decimal128.Size));
    }

    /// <summary>A value whose bytes are there already: a reader's <see cref="BsonReader.Type"/> and
    /// <see cref="BsonReader.Value"/>, or a document's bytes. Only its framing is checked.</summary>
    public void WriteRaw(Utf8Text name, BsonType type, ReadOnlySpan<byte> value)
    {
        if (BsonLayout.Measure(type, value) != value.Length)
        {
            throw new BsonFormatException($"The bytes are not one {type}.");
        }

        WriteName(type, name);
        _buffer.Write(value);
    }

    /// <summary>The element that the reader is at, name and all.</summary>
    public void WriteElement(in BsonReader reader)
    {
        WriteName(reader.Type, reader.Name);
        _buffer.Write(reader.Value);
    }

    /// <summary>A value of any type.</summary>
    public void WriteValue(Utf8Text name, BsonValue value) => BsonTreeWriter.WriteValue(this, name, value);

    /// <summary>A whole document as the outermost level.</summary>
    public void WriteDocument(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        StartDocument();
        WriteElements(document);
        EndDocument();
    }

    /// <summary>All elements of a document into the one being written.</summary>
    public void WriteElements(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        foreach (var (name, value) in document)
        {
            BsonTreeWriter.WriteValue(this, name, value);
        }
    }

    public void Dispose()
    {
        _depth = 0;
        _buffer.Release();
    }

    private void WriteName(BsonType type, Utf8Text name)
    {
        if (_depth == 0)
        {
            throw new InvalidOperationException("No document has been started.");
        }

        _buffer.WriteByte((byte)type);
        ref var level = ref _levels[_depth - 1];
        if (level.IsArray)
        {
            _buffer.WriteIndex(level.Count++);
        }
        else
        {
            _buffer.WriteCString(name);
        }
    }

    private void Push(bool isArray)
    {
        if (_depth == BsonLimits.MaxDepth)
        {
            throw new InvalidOperationException($"Documents nest deeper than {BsonLimits.MaxDepth} levels.");
        }

        if (_depth == _levels.Length)
        {
            Array.Resize(ref _levels, 2 * _depth);
        }

        _levels[_depth++] = new Level(_buffer.Length, isArray);
        _buffer.WriteInt32(0);
    }

    private void Pop(bool isArray)
    {
        if (_depth == 0 || _levels[_depth - 1].IsArray != isArray)
        {
            throw new InvalidOperationException($"No {(isArray ? "array" : "document")} is there to end.");
        }

        _buffer.WriteByte(0);
        var start = _levels[--_depth].Start;
        _buffer.PatchInt32(start, _buffer.Length - start);
        if (_depth == 0)
        {
            _output.Write(_buffer.Written);
            _buffer.Clear();
        }
    }

    private struct Level(int start, bool isArray)
    {
        public readonly int Start = start;
        public readonly bool IsArray = isArray;
        public int Count;
    }
}

using System.Buffers;
using Weir.Protocol.Bson;

namespace Weir.Sync.Writing;

/// <summary>
/// Makes statements of update and delete commands from raw documents, one after the other. Not thread-safe.
/// </summary>
internal sealed class StatementWriter(IReadOnlyList<string> key) : IDisposable
{
    private readonly byte[][] _key = [.. key.Select(System.Text.Encoding.UTF8.GetBytes)];
    private readonly ArrayBufferWriter<byte> _output = new(64 << 10);
    private readonly bool _isById = key is ["_id"];
    private BsonWriter? _writer;

    public int Length => _output.WrittenCount;

    public ReadOnlyMemory<byte> Written => _output.WrittenMemory;

    private BsonWriter Writer => _writer ??= new BsonWriter(_output);

    public void Clear()
    {
        if (_output.Capacity > 32 << 20)
        {
            // Not to keep the room of one very large batch.
            _output.Clear();
        }
        else
        {
            _output.ResetWrittenCount();
        }
    }

    /// <summary>Adds the statement that writes the document whole, whether one of its key is there or not.</summary>
    /// <returns>The key field that it lacks, or that cannot be one; <see langword="null"/>: the statement was added.</returns>
    public string? TryUpsert(ReadOnlySpan<byte> document)
    {
        if (Problem(document) is { } problem)
        {
            return problem;
        }
        Writer.StartDocument();
        WriteQuery(document);
        if (_isById)
        {
            Writer.WriteRaw("u"u8, BsonType.Document, document);
        }
        else
        {
            WriteWithoutId(document);
        }
        Writer.WriteBoolean("upsert"u8, true);
        Writer.EndDocument();
        return null;
    }

    /// <summary>Adds the statement that deletes the document of this one's key.</summary>
    /// <returns>As <see cref="TryUpsert"/>.</returns>
    public string? TryDelete(ReadOnlySpan<byte> document)
    {
        if (Problem(document) is { } problem)
        {
            return problem;
        }
        Writer.StartDocument();
        WriteQuery(document);
        Writer.WriteInt32("limit"u8, 1);
        Writer.EndDocument();
        return null;
    }

    /// <summary>What is wrong with the document's key; <see langword="null"/>: nothing.</summary>
    public string? Problem(ReadOnlySpan<byte> document)
    {
        for (var i = 0; i < _key.Length; i++)
        {
            var reader = new BsonReader(document);
            if (!reader.Find(_key[i]))
            {
                return $"it has no field '{key[i]}', which is of the key";
            }
            if (reader.Type is BsonType.Array or BsonType.RegularExpression or BsonType.Undefined)
            {
                return $"its field '{key[i]}', which is of the key, is {reader.Type}";
            }
        }
        return null;
    }

    public void Dispose() => _writer?.Dispose();

    // As equality: a document in a query may else be taken for operators.
    private void WriteQuery(ReadOnlySpan<byte> document)
    {
        Writer.StartDocument("q"u8);
        foreach (var name in _key)
        {
            var reader = new BsonReader(document);
            reader.Find(name);
            if (reader.Type == BsonType.Document)
            {
                Writer.StartDocument(name.AsSpan());
                Writer.WriteRaw("$eq"u8, reader.Type, reader.Value);
                Writer.EndDocument();
            }
            else
            {
                Writer.WriteElement(reader);
            }
        }
        Writer.EndDocument();
    }

    // The _id of the document that is there, or a new one of the server's, stays: the key is another.
    private void WriteWithoutId(ReadOnlySpan<byte> document)
    {
        Writer.StartDocument("u"u8);
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            if (!reader.NameEquals("_id"u8))
            {
                Writer.WriteElement(reader);
            }
        }
        Writer.EndDocument();
    }
}

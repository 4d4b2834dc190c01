using System.Buffers;
using System.Collections;
using System.Runtime.InteropServices;

namespace Weir.Protocol.Bson;

/// <summary>
/// An ordered, mutable list of elements. Names are looked up from the front, so that of duplicates the first counts.
/// Equality is by value, in order. Not thread-safe.
/// </summary>
public sealed class BsonDocument : IEnumerable<BsonElement>, IEquatable<BsonDocument>
{
    private readonly List<BsonElement> _elements;

    public BsonDocument() => _elements = [];

    public BsonDocument(int capacity) => _elements = new List<BsonElement>(capacity);

    public BsonDocument(string name, BsonValue value) => _elements = [new BsonElement(name, value)];

    public BsonDocument(IEnumerable<BsonElement> elements) => _elements = [.. elements];

    public int Count => _elements.Count;

    public IEnumerable<string> Names => _elements.Select(element => element.Name);

    public IEnumerable<BsonValue> Values => _elements.Select(element => element.Value);

    /// <summary>The elements in place. Valid until the document is next changed in length.</summary>
    public ReadOnlySpan<BsonElement> Span => CollectionsMarshal.AsSpan(_elements);

    public BsonElement this[int index]
    {
        get => _elements[index];
        set => _elements[index] = value;
    }

    /// <summary>The first value of that name; setting replaces it in place or adds it at the end.</summary>
    /// <exception cref="KeyNotFoundException">Getting a name that is not there.</exception>
    public BsonValue this[string name]
    {
        get =>
            TryGetValue(name, out var value)
                ? value
                : throw new KeyNotFoundException($"The document has no element \"{name}\".");
        set
        {
            var index = IndexOf(name);
            if (index >= 0)
            {
                _elements[index] = new BsonElement(name, value);
            }
            else
            {
                Add(name, value);
            }
        }
    }

    /// <summary>Reads bytes that are exactly one document, checking everything in it.</summary>
    /// <exception cref="BsonFormatException">The bytes are not valid BSON.</exception>
    public static BsonDocument Parse(ReadOnlySpan<byte> bytes) => BsonTreeReader.ReadDocument(bytes, 1);

    public bool TryGetValue(string name, out BsonValue value)
    {
        var index = IndexOf(name);
        value = index >= 0 ? _elements[index].Value : default;
        return index >= 0;
    }

    /// <summary>The first value of that name, or Null.</summary>
    public BsonValue GetValueOrDefault(string name) => TryGetValue(name, out var value) ? value : default;

    public bool Contains(string name) => IndexOf(name) >= 0;

    /// <summary>The index of the first element of that name, or -1.</summary>
    public int IndexOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var elements = Span;
        for (var i = 0; i < elements.Length; i++)
        {
            if (elements[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Adds at the end, even when there is an element of that name.</summary>
    public void Add(string name, BsonValue value)
    {
        ArgumentNullException.ThrowIfNull(name);
        _elements.Add(new BsonElement(name, value));
    }

    public void Add(BsonElement element) => Add(element.Name, element.Value);

    public void Insert(int index, string name, BsonValue value)
    {
        ArgumentNullException.ThrowIfNull(name);
        _elements.Insert(index, new BsonElement(name, value));
    }

    /// <summary>Removes the first element of that name; false when there is none.</summary>
    public bool Remove(string name)
    {
        var index = IndexOf(name);
        if (index >= 0)
        {
            _elements.RemoveAt(index);
        }

        return index >= 0;
    }

    public void RemoveAt(int index) => _elements.RemoveAt(index);

    public void Clear() => _elements.Clear();

    public void WriteTo(IBufferWriter<byte> output)
    {
        using var writer = new BsonWriter(output);
        writer.WriteDocument(this);
    }

    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        WriteTo(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A deep copy.</summary>
    public BsonDocument Clone()
    {
        var copy = new BsonDocument(Count);
        foreach (var (name, value) in _elements)
        {
            copy._elements.Add(new BsonElement(name, value.Clone()));
        }

        return copy;
    }

    public List<BsonElement>.Enumerator GetEnumerator() => _elements.GetEnumerator();

    IEnumerator<BsonElement> IEnumerable<BsonElement>.GetEnumerator() => _elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _elements.GetEnumerator();

    public bool Equals(BsonDocument? other) =>
        ReferenceEquals(this, other) || (other is not null && Span.SequenceEqual(other.Span));

    public override bool Equals(object? obj) => Equals(obj as BsonDocument);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var element in _elements)
        {
            hash.Add(element);
        }

        return hash.ToHashCode();
    }

    /// <summary>Relaxed Extended JSON.</summary>
    public override string ToString() => Json.ExtendedJson.Write(this);
}

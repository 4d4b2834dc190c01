using System.Collections;
using System.Runtime.InteropServices;

namespace Weir.Protocol.Bson;

/// <summary>A mutable list of values. Equality is by value, in order. Not thread-safe.</summary>
public sealed class BsonArray : IList<BsonValue>, IReadOnlyList<BsonValue>, IEquatable<BsonArray>
{
    private readonly List<BsonValue> _values;

    public BsonArray() => _values = [];

    public BsonArray(int capacity) => _values = new List<BsonValue>(capacity);

    public BsonArray(IEnumerable<BsonValue> values) => _values = [.. values];

    public int Count => _values.Count;

    public bool IsReadOnly => false;

    /// <summary>The values in place. Valid until the array is next changed in length.</summary>
    public ReadOnlySpan<BsonValue> Span => CollectionsMarshal.AsSpan(_values);

    public BsonValue this[int index]
    {
        get => _values[index];
        set => _values[index] = value;
    }

    public void Add(BsonValue item) => _values.Add(item);

    public void AddRange(IEnumerable<BsonValue> items) => _values.AddRange(items);

    public void Insert(int index, BsonValue item) => _values.Insert(index, item);

    public bool Remove(BsonValue item) => _values.Remove(item);

    public void RemoveAt(int index) => _values.RemoveAt(index);

    public void Clear() => _values.Clear();

    public bool Contains(BsonValue item) => _values.Contains(item);

    public int IndexOf(BsonValue item) => _values.IndexOf(item);

    public void CopyTo(BsonValue[] array, int arrayIndex) => _values.CopyTo(array, arrayIndex);

    public List<BsonValue>.Enumerator GetEnumerator() => _values.GetEnumerator();

    IEnumerator<BsonValue> IEnumerable<BsonValue>.GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();

    /// <summary>A deep copy.</summary>
    public BsonArray Clone()
    {
        var copy = new BsonArray(Count);
        foreach (var value in _values)
        {
            copy.Add(value.Clone());
        }

        return copy;
    }

    public bool Equals(BsonArray? other) =>
        ReferenceEquals(this, other) || (other is not null && Span.SequenceEqual(other.Span));

    public override bool Equals(object? obj) => Equals(obj as BsonArray);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in _values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    /// <summary>Relaxed Extended JSON.</summary>
    public override string ToString() => Json.ExtendedJson.Write((BsonValue)this);
}

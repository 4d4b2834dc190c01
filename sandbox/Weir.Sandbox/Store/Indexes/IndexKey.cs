namespace Weir.Sandbox.Store.Indexes;

/// <summary>Canonical bytes of an index key: equal exactly when MongoDB compares the values equal (1 is 1.0).</summary>
internal readonly struct IndexKey : IEquatable<IndexKey>
{
    private readonly byte[] bytes;
    private readonly int hash;

    public IndexKey(byte[] bytes)
    {
        this.bytes = bytes;
        var code = new HashCode();
        code.AddBytes(bytes);
        hash = code.ToHashCode();
    }

    public bool Equals(IndexKey other) => hash == other.hash && bytes.AsSpan().SequenceEqual(other.bytes);

    public override bool Equals(object? obj) => obj is IndexKey other && Equals(other);

    public override int GetHashCode() => hash;
}

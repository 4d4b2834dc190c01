namespace Weir.Protocol.Bson;

/// <summary>
/// Bytes with a subtype. The bytes are shared, not copied: whoever made them must not change them afterwards.
/// The length that subtype 2 repeats inside its payload on the wire is not part of <see cref="Bytes"/>.
/// </summary>
public readonly struct BsonBinary : IEquatable<BsonBinary>
{
    /// <summary>Subtype 0: bytes without further meaning.</summary>
    public const byte Generic = 0;

    /// <summary>Subtype 2: the old form of bytes, which repeats its length.</summary>
    public const byte OldBinary = 2;

    /// <summary>Subtype 4: a UUID in network byte order.</summary>
    public const byte Uuid = 4;

    private readonly byte[]? _bytes;

    public BsonBinary(byte subtype, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        Subtype = subtype;
        _bytes = bytes;
    }

    public byte Subtype { get; }

    public ReadOnlyMemory<byte> Bytes => _bytes;

    public ReadOnlySpan<byte> Span => _bytes;

    public int Length => _bytes?.Length ?? 0;

    internal byte[] Array => _bytes ?? [];

    /// <summary>A UUID as drivers write it today (subtype 4).</summary>
    public static BsonBinary FromGuid(Guid guid) => new(Uuid, guid.ToByteArray(bigEndian: true));

    /// <summary>The UUID of a subtype 4 value of 16 bytes.</summary>
    public Guid ToGuid() =>
        Subtype == Uuid && Length == 16
            ? new Guid(Span, bigEndian: true)
            : throw new InvalidCastException(
                $"Binary of subtype {Subtype} and {Length} bytes is not a UUID."
            );

    public bool Equals(BsonBinary other) => Subtype == other.Subtype && Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is BsonBinary other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Subtype);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public static bool operator ==(BsonBinary left, BsonBinary right) => left.Equals(right);

    public static bool operator !=(BsonBinary left, BsonBinary right) => !left.Equals(right);

    public override string ToString() => $"Binary({Subtype}, {Length} bytes)";
}

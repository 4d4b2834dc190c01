using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Weir.Protocol.Bson;

/// <summary>A 12-byte identifier: seconds since the epoch, a random number of the process, a counter.</summary>
public readonly struct ObjectId : IEquatable<ObjectId>, IComparable<ObjectId>
{
    /// <summary>The length in bytes.</summary>
    public const int Size = 12;

    // Both parts are the big-endian reading of the bytes, so that comparing them compares the bytes.
    private readonly ulong _high;
    private readonly uint _low;

    private static readonly ulong s_process = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> 24;
    private static int s_counter = RandomNumberGenerator.GetInt32(1 << 24);

    public ObjectId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"An ObjectId has 12 bytes, not {bytes.Length}.", nameof(bytes));
        }

        _high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
    }

    internal ObjectId(ulong high, uint low) => (_high, _low) = (high, low);

    internal ulong High => _high;

    internal uint Low => _low;

    /// <summary>When it was made, to the second.</summary>
    public DateTime CreationTime => DateTime.UnixEpoch.AddSeconds((uint)(_high >> 32));

    /// <summary>A new identifier, unique over processes and, within one, ordered by time.</summary>
    public static ObjectId New(TimeProvider? clock = null)
    {
        var seconds = (uint)(clock ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds();
        var counter = (uint)Interlocked.Increment(ref s_counter) & 0xFFFFFF;
        var high = ((ulong)seconds << 32) | (s_process >> 8);
        return new ObjectId(high, ((uint)(s_process & 0xFF) << 24) | counter);
    }

    /// <summary>Reads 24 hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static ObjectId Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var id)
            ? id
            : throw new FormatException("An ObjectId is written as 24 hexadecimal digits.");

    public static bool TryParse(ReadOnlySpan<char> text, out ObjectId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        id = default;
        if (
            text.Length != 2 * Size
            || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done
        )
        {
            return false;
        }

        id = new ObjectId(bytes);
        return true;
    }

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], _low);
    }

    public byte[] ToByteArray()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    public bool Equals(ObjectId other) => _high == other._high && _low == other._low;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ObjectId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_high, _low);

    public int CompareTo(ObjectId other)
    {
        var high = _high.CompareTo(other._high);
        return high != 0 ? high : _low.CompareTo(other._low);
    }

    public static bool operator ==(ObjectId left, ObjectId right) => left.Equals(right);

    public static bool operator !=(ObjectId left, ObjectId right) => !left.Equals(right);

    public static bool operator <(ObjectId left, ObjectId right) => left.CompareTo(right) < 0;

    public static bool operator >(ObjectId left, ObjectId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ObjectId left, ObjectId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ObjectId left, ObjectId right) => left.CompareTo(right) >= 0;

    /// <summary>24 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;

namespace Weir.Protocol.Bson;

/// <summary>Growing bytes whose lengths can be filled in afterwards, which an IBufferWriter does not allow.</summary>
internal sealed class BsonBuffer
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Gives the bytes back to the pool; the buffer is empty and can be used again.</summary>
    public void Release()
    {
        Length = 0;
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }

    /// <summary>The next bytes, to be filled by the caller.</summary>
    public Span<byte> Claim(int count)
    {
        var span = Reserve(count)[..count];
        Length += count;
        return span;
    }

    /// <summary>Gives up the last bytes claimed, which were more than needed.</summary>
    public void Unclaim(int count) => Length -= count;

    /// <summary>Bytes written before, to be filled in.</summary>
    public Span<byte> Claimed(int offset, int count) => _bytes.AsSpan(offset, count);

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Claim(bytes.Length));

    public void WriteByte(byte value) => Claim(1)[0] = value;

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Claim(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Claim(8), value);

    public void PatchInt32(int offset, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(offset, 4), value);

    /// <summary>Text with its length in front and a zero at the end.</summary>
    public void WriteString(Utf8Text text)
    {
        var start = Length;
        WriteInt32(0);
        WriteText(text);
        WriteByte(0);
        PatchInt32(start, Length - start - 4);
    }

    /// <summary>Text with a zero at the end, and so none within.</summary>
    public void WriteCString(Utf8Text text)
    {
        var start = Length;
        WriteText(text);
        if (Written[start..].Contains((byte)0))
        {
            throw new ArgumentException("A name or regular expression can't have a zero character.");
        }

        WriteByte(0);
    }

    /// <summary>The name of an array's element.</summary>
    public void WriteIndex(int index)
    {
        index.TryFormat(Reserve(11), out var written);
        Length += written;
        WriteByte(0);
    }

    private void WriteText(Utf8Text text)
    {
        if (text.Text is { } characters)
        {
            Length += BsonText.Encode(characters, Reserve(BsonText.MaxLength(characters.Length)));
        }
        else if (Utf8.IsValid(text.Utf8))
        {
            Write(text.Utf8);
        }
        else
        {
            throw new ArgumentException("Text is not valid UTF-8.");
        }
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(
                Math.Max(checked(Length + count), Math.Min(2 * Length, 1 << 30))
            );
            Written.CopyTo(larger);
            if (_bytes.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        return _bytes.AsSpan(Length);
    }
}

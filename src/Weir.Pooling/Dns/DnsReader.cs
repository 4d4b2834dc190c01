using System.Buffers.Binary;
using System.Text;

namespace Weir.Pooling.Dns;

/// <summary>Reads a message from the front. Whatever the bytes, it ends, and throws nothing but the format error.</summary>
internal ref struct DnsReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>Where the next byte is read.</summary>
    public int Position { get; private set; }

    public byte ReadByte() => ReadBytes(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(ReadBytes(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(ReadBytes(4));

    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (count > _message.Length - Position)
        {
            throw new DnsFormatException($"the message ends early, after {_message.Length} bytes");
        }
        var bytes = _message.Slice(Position, count);
        Position += count;
        return bytes;
    }

    /// <summary>A name, which may go on at an earlier place of the message.</summary>
    public string ReadName()
    {
        var text = new StringBuilder();
        var length = 1;
        // A pointer leads to before where this stretch of the name began: so there is no circle.
        var begin = Position;
        var end = -1;
        while (true)
        {
            var size = ReadByte();
            if (size == 0)
            {
                break;
            }
            switch (size & 0xc0)
            {
                case 0x00:
                    length += size + 1;
                    if (length > DnsName.LongestOnWire)
                    {
                        throw new DnsFormatException($"a name has more than {DnsName.LongestOnWire} bytes");
                    }
                    DnsName.AppendLabel(text, ReadBytes(size));
                    break;
                case 0xc0:
                    var target = ((size & 0x3f) << 8) | ReadByte();
                    if (target >= begin)
                    {
                        throw new DnsFormatException("a compressed name does not go on at an earlier place");
                    }
                    end = end < 0 ? Position : end;
                    Position = begin = target;
                    break;
                default:
                    throw new DnsFormatException("a part of a name has an unknown form");
            }
        }
        Position = end < 0 ? Position : end;
        return text.ToString();
    }
}

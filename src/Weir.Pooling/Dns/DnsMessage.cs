using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Weir.Pooling.Dns;

/// <summary>DNS messages: questions out, replies in (RFC 1035, RFC 2782).</summary>
internal static class DnsMessage
{
    private const int HeaderSize = 12;
    private const int Internet = 1;
    private const int IsReply = 0x8000;
    private const int OperationMask = 0x7800;
    private const int Truncated = 0x0200;
    private const int RecursionDesired = 0x0100;
    private const int CodeMask = 0x000f;

    /// <summary>A message that asks one question, and asks the server to find the answer itself.</summary>
    /// <exception cref="DnsFormatException">No message can carry the name.</exception>
    public static ReadOnlyMemory<byte> WriteQuery(ushort id, DnsQuestion question)
    {
        var output = new ArrayBufferWriter<byte>(HeaderSize + DnsName.LongestOnWire + 4);
        WriteUInt16(output, id);
        WriteUInt16(output, RecursionDesired);
        WriteUInt16(output, 1);
        output.Write((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0]);
        DnsName.Write(output, question.Name);
        WriteUInt16(output, (ushort)question.Type);
        WriteUInt16(output, Internet);
        return output.WrittenMemory;
    }

    /// <summary>
    /// Reads the reply to a question; <see langword="null"/> when the message is none (another id, another
    /// question, no reply at all): it may be forged, or late.
    /// </summary>
    /// <exception cref="DnsFormatException">It is the reply, but not well-formed.</exception>
    public static DnsReply? ReadReply(ReadOnlySpan<byte> message, ushort id, DnsQuestion question)
    {
        if (message.Length < HeaderSize || BinaryPrimitives.ReadUInt16BigEndian(message) != id)
        {
            return null;
        }
        var reader = new DnsReader(message);
        reader.ReadUInt16();
        var flags = reader.ReadUInt16();
        if ((flags & (IsReply | OperationMask)) != IsReply)
        {
            return null;
        }
        var code = flags & CodeMask;
        var questions = reader.ReadUInt16();
        var answers = reader.ReadUInt16();
        reader.ReadUInt32();
        // A server that could not even read the question may leave it out.
        if (questions == 0 && code != DnsReply.Success)
        {
            return new DnsReply(question, code, IsTruncated: false, []);
        }
        if (questions != 1 || !IsQuestion(ref reader, question))
        {
            return null;
        }
        // What was cut off may be cut off anywhere: it is not read.
        return (flags & Truncated) != 0
            ? new DnsReply(question, code, IsTruncated: true, [])
            : new DnsReply(question, code, IsTruncated: false, ReadRecords(ref reader, answers));
    }

    private static bool IsQuestion(ref DnsReader reader, DnsQuestion question) =>
        string.Equals(reader.ReadName(), question.Name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)
        & reader.ReadUInt16() == (ushort)question.Type
        & reader.ReadUInt16() == Internet;

    private static List<DnsRecord> ReadRecords(ref DnsReader reader, int count)
    {
        // The count is only what the message says: nothing is made ready for it.
        var records = new List<DnsRecord>();
        for (var i = 0; i < count; i++)
        {
            if (ReadRecord(ref reader) is { } record)
            {
                records.Add(record);
            }
        }
        return records;
    }

    // Null: of a kind that does not matter.
    private static DnsRecord? ReadRecord(ref DnsReader reader)
    {
        var name = reader.ReadName();
        var type = (DnsRecordType)reader.ReadUInt16();
        var isInternet = reader.ReadUInt16() == Internet;
        var seconds = reader.ReadUInt32();
        // RFC 2181: a time with its highest bit set is no time.
        var timeToLive = TimeSpan.FromSeconds(seconds > int.MaxValue ? 0 : seconds);
        var length = reader.ReadUInt16();
        var end = reader.Position + length;
        DnsRecord? record = null;
        switch (type)
        {
            case DnsRecordType.CNAME when isInternet:
                record = new DnsRecord.Alias(name, timeToLive, reader.ReadName());
                break;
            case DnsRecordType.SRV when isInternet:
                reader.ReadUInt32();
                int port = reader.ReadUInt16();
                record = new DnsRecord.Service(name, timeToLive, reader.ReadName(), port);
                break;
            case DnsRecordType.TXT when isInternet:
                record = new DnsRecord.Text(name, timeToLive, ReadText(reader.ReadBytes(length)));
                break;
            default:
                reader.ReadBytes(length);
                break;
        }
        return reader.Position == end
            ? record
            : throw new DnsFormatException($"a record of type {type} is not as long as it says");
    }

    private static string ReadText(ReadOnlySpan<byte> data)
    {
        var reader = new DnsReader(data);
        var text = new ArrayBufferWriter<byte>(Math.Max(1, data.Length));
        while (reader.Position < data.Length)
        {
            text.Write(reader.ReadBytes(reader.ReadByte()));
        }
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static void WriteUInt16(ArrayBufferWriter<byte> output, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), value);
        output.Advance(2);
    }
}

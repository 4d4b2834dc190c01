using System.Buffers.Binary;
using System.Text;

namespace Weir.Testing.Dns;

/// <summary>The records that a test's name server knows. Thread-safe: may be changed while it serves.</summary>
internal sealed class DnsZone
{
    private const int Alias = 5;
    private const int Text = 16;
    private const int Service = 33;

    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    public DnsZone AddService(string name, int port, string target, uint timeToLive = 86400)
    {
        var fields = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(fields.AsSpan(4), (ushort)port);
        return Add(name, Service, timeToLive, [.. fields, .. NameOf(target)]);
    }

    public DnsZone AddText(string name, params string[] strings) =>
        Add(
            name,
            Text,
            86400,
            [.. strings.SelectMany(s => (byte[])[(byte)s.Length, .. Encoding.ASCII.GetBytes(s)])]
        );

    public DnsZone AddAlias(string name, string target, uint timeToLive = 86400) =>
        Add(name, Alias, timeToLive, NameOf(target));

    public DnsZone Add(string name, int type, uint timeToLive, byte[] data)
    {
        lock (_gate)
        {
            _entries.Add(new Entry(Normal(name), type, timeToLive, data));
        }
        return this;
    }

    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }

    /// <summary>Answers a question; null for what is none.</summary>
    public byte[]? Answer(ReadOnlySpan<byte> query)
    {
        if (query.Length < 17)
        {
            return null;
        }
        var position = 12;
        var labels = new List<string>();
        while (query[position] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(query.Slice(position + 1, query[position])));
            position += query[position] + 1;
        }
        var type = BinaryPrimitives.ReadUInt16BigEndian(query[(position + 1)..]);
        var question = query[12..(position + 5)].ToArray();
        var (code, answers) = Find(Normal(string.Join('.', labels)), type);
        byte[] reply =
        [
            query[0],
            query[1],
            0x81,
            (byte)(0x80 | code),
            0,
            1,
            (byte)(answers.Count >> 8),
            (byte)answers.Count,
            0,
            0,
            0,
            0,
            .. question,
        ];
        // Names of the question are not written again: a pointer to it stands for them.
        return [.. reply, .. answers.SelectMany(a => Write(a, a.Name == answers[0].Name))];
    }

    public static byte[] NameOf(string name)
    {
        var labels = name.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries);
        return [.. labels.SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0];
    }

    private (int Code, List<Entry> Answers) Find(string name, int type)
    {
        lock (_gate)
        {
            var answers = new List<Entry>();
            while (true)
            {
                Entry[] all = [.. _entries.Where(e => e.Name == name)];
                Entry[] found = [.. all.Where(e => e.Type == type)];
                answers.AddRange(found);
                if (found.Length > 0 || all.FirstOrDefault(e => e.Type == Alias) is not { } alias)
                {
                    // 3: there is no such name; 0 without answers: the name has other records.
                    var exists = all.Length > 0 || _entries.Exists(e => e.Name.EndsWith('.' + name));
                    return (exists ? 0 : 3, answers);
                }
                answers.Add(alias);
                name = TextOf(alias.Data);
            }
        }
    }

    private static string TextOf(byte[] name)
    {
        var labels = new List<string>();
        for (var i = 0; name[i] != 0; i += name[i] + 1)
        {
            labels.Add(Encoding.ASCII.GetString(name, i + 1, name[i]));
        }
        return string.Join('.', labels);
    }

    private static byte[] Write(Entry entry, bool isOfQuestion)
    {
        var fixedPart = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart, (ushort)entry.Type);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart.AsSpan(2), 1);
        BinaryPrimitives.WriteUInt32BigEndian(fixedPart.AsSpan(4), entry.TimeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart.AsSpan(8), (ushort)entry.Data.Length);
        return [.. isOfQuestion ? (byte[])[0xc0, 12] : NameOf(entry.Name), .. fixedPart, .. entry.Data];
    }

    private static string Normal(string name) => name.TrimEnd('.').ToLowerInvariant();

    private sealed record Entry(string Name, int Type, uint TimeToLive, byte[] Data);
}

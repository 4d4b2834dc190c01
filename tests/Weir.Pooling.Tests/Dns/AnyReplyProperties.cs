using Weir.Pooling.Dns;
using Weir.Testing.Dns;

namespace Weir.Pooling.Tests.Dns;

/// <summary>Whatever the bytes, a reply is read or refused with the one error; nothing else is ever thrown.</summary>
public sealed class AnyReplyProperties
{
    private const ushort Id = 0x1234;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_replies_are_read_or_refused(int seed)
    {
        var random = new Random(seed);
        var (read, refused) = (0, 0);
        for (var i = 0; i < 5_000; i++)
        {
            var (question, reply) = Valid(random);
            // The id and the flags stay: without them nothing further is looked at.
            Damage(random, ref reply, from: 4);
            try
            {
                var found = DnsMessage.ReadReply(reply, Id, question);
                found?.Answers<DnsRecord.Service>();
                found?.Answers<DnsRecord.Text>();
                read++;
            }
            catch (DnsFormatException)
            {
                refused++;
            }
        }
        Assert.True(read > 100 && refused > 100, $"the property was not put to the test: {read}, {refused}");
    }

    [Fact]
    public void Noise_is_read_or_refused()
    {
        var random = new Random(4);
        var question = new DnsQuestion("a.b", DnsRecordType.SRV);
        var head = DnsMessage.WriteQuery(Id, question).ToArray();
        for (var i = 0; i < 5_000; i++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            byte[] reply = [.. head, .. noise];
            reply[2] = 0x81;
            reply[6] = (byte)random.Next(256);
            reply[7] = (byte)random.Next(256);
            try
            {
                DnsMessage.ReadReply(reply, Id, question)?.Answers<DnsRecord.Service>();
            }
            catch (DnsFormatException) { }
        }
    }

    private static (DnsQuestion Question, byte[] Reply) Valid(Random random)
    {
        var zone = new DnsZone()
            .AddAlias("_mongodb._tcp.a.example.com", "_mongodb._tcp.b.example.com")
            .Add("_mongodb._tcp.b.example.com", 33, 60, [0, 0, 0, 0, 1, 1, 1, (byte)'h', 0xc0, 12 + 14])
            .AddService("_mongodb._tcp.b.example.com", 27017, "c.b.example.com")
            .AddText("a.example.com", "replicaSet=rs&", "authSource=admin")
            .AddText("a.example.com", "loadBalanced=true");
        var question =
            random.Next(2) == 0
                ? new DnsQuestion("_mongodb._tcp.a.example.com", DnsRecordType.SRV)
                : new DnsQuestion("a.example.com", DnsRecordType.TXT);
        return (question, zone.Answer(DnsMessage.WriteQuery(Id, question).Span)!);
    }

    private static void Damage(Random random, ref byte[] bytes, int from)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(from, bytes.Length);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when bytes.Length > 20:
                    bytes = bytes[..Math.Max(at, from + 1)];
                    break;
                default:
                    bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
                    break;
            }
        }
    }
}

using Weir.Pooling.Dns;
using Weir.Testing.Dns;

namespace Weir.Pooling.Tests.Dns;

public sealed class DnsMessageTests
{
    private const ushort Id = 0xbeef;
    private static readonly DnsQuestion Services = new("_mongodb._tcp.c.example.com", DnsRecordType.SRV);
    private static readonly DnsQuestion Texts = new("c.example.com", DnsRecordType.TXT);

    [Fact]
    public void Services_are_read_with_their_ports_and_times()
    {
        var zone = new DnsZone()
            .AddService(Services.Name, 27017, "A.Example.com.", 300)
            .AddService(Services.Name, 27018, "b.example.com", 60);

        var found = Read(zone, Services).Answers<DnsRecord.Service>();

        Assert.Equal(
            ["a.example.com:27017", "b.example.com:27018"],
            found.Select(s => $"{s.Target}:{s.Port}")
        );
        Assert.Equal([300, 60], found.Select(s => s.TimeToLive.TotalSeconds));
    }

    [Fact]
    public void The_strings_of_a_text_are_joined_in_their_order()
    {
        var zone = new DnsZone().AddText(Texts.Name, "replicaS", "et=rep", "", "l0");
        Assert.Equal("replicaSet=repl0", Assert.Single(Read(zone, Texts).Answers<DnsRecord.Text>()).Content);
    }

    [Fact]
    public void Aliases_within_the_answer_are_followed_and_shorten_the_time()
    {
        var zone = new DnsZone()
            .AddAlias(Services.Name, "one.example.com", 30)
            .AddAlias("one.example.com", "two.example.com", 40)
            .AddService("two.example.com", 1, "h.example.com", 50);

        var service = Assert.Single(Read(zone, Services).Answers<DnsRecord.Service>());

        Assert.Equal("h.example.com", service.Target);
        Assert.Equal(30, service.TimeToLive.TotalSeconds);
    }

    [Fact]
    public void Aliases_in_a_circle_are_an_error()
    {
        DnsRecord[] records =
        [
            new DnsRecord.Alias(Services.Name, TimeSpan.Zero, "x"),
            new DnsRecord.Alias("x", TimeSpan.Zero, Services.Name),
        ];
        var reply = new DnsReply(Services, DnsReply.Success, false, records);
        Assert.Throws<DnsFormatException>(() => reply.Answers<DnsRecord.Service>());
    }

    [Fact]
    public void Records_of_other_names_do_not_answer()
    {
        DnsRecord[] records = [new DnsRecord.Service("other", TimeSpan.Zero, "h", 1)];
        Assert.Empty(new DnsReply(Services, DnsReply.Success, false, records).Answers<DnsRecord.Service>());
    }

    [Fact]
    public void A_name_may_go_on_at_an_earlier_place()
    {
        // The target is "h" and then the question's "c.example.com", which begins 14 bytes into its name.
        byte[] data = [0, 0, 0, 0, 0, 7, 1, (byte)'h', 0xc0, 12 + 14];
        var zone = new DnsZone().Add(Services.Name, 33, 1, data);
        Assert.Equal("h.c.example.com", Read(zone, Services).Answers<DnsRecord.Service>()[0].Target);
    }

    [Theory]
    [InlineData(0xc0, 0xff)]
    [InlineData(0xff, 0xff)]
    public void A_name_that_goes_on_later_is_an_error(byte first, byte second)
    {
        var zone = new DnsZone().Add(Services.Name, 33, 1, [0, 0, 0, 0, 0, 7, first, second]);
        Assert.Throws<DnsFormatException>(() => Read(zone, Services));
    }

    [Fact]
    public void A_name_that_leads_to_itself_is_an_error()
    {
        // The record begins after the header and the question, its target 18 bytes later.
        var place = 12 + DnsZone.NameOf(Services.Name).Length + 4 + 18;
        var zone = new DnsZone().Add(Services.Name, 33, 1, [0, 0, 0, 0, 0, 7, 0xc0, (byte)place]);
        Assert.Throws<DnsFormatException>(() => Read(zone, Services));
    }

    [Fact]
    public void A_name_that_is_too_long_is_an_error()
    {
        var name = string.Join('.', Enumerable.Repeat(new string('x', 63), 5));
        var zone = new DnsZone().AddService(Services.Name, 1, name);
        Assert.Throws<DnsFormatException>(() => Read(zone, Services));
    }

    [Fact]
    public void Dots_and_control_characters_within_a_part_of_a_name_do_not_pass_for_others()
    {
        byte[] target = [5, (byte)'a', (byte)'.', (byte)'b', 0, (byte)'c', 0];
        var zone = new DnsZone().Add(Services.Name, 33, 1, [0, 0, 0, 0, 0, 7, .. target]);
        Assert.Equal(@"a\046b\000c", Read(zone, Services).Answers<DnsRecord.Service>()[0].Target);
    }

    [Fact]
    public void A_record_that_is_longer_or_shorter_than_it_says_is_an_error()
    {
        byte[] longer = [0, 0, 0, 0, 0, 7, 1, (byte)'h', 0, 0];
        Assert.Throws<DnsFormatException>(() =>
            Read(new DnsZone().Add(Services.Name, 33, 1, longer), Services)
        );
        Assert.Throws<DnsFormatException>(() =>
            Read(new DnsZone().Add(Texts.Name, 16, 1, [4, (byte)'x']), Texts)
        );
    }

    [Fact]
    public void A_time_with_its_highest_bit_set_is_none()
    {
        var zone = new DnsZone().AddService(Services.Name, 1, "h", 0x8000_0001);
        Assert.Equal(TimeSpan.Zero, Read(zone, Services).Answers<DnsRecord.Service>()[0].TimeToLive);
    }

    [Fact]
    public void What_answers_another_question_is_no_reply()
    {
        var zone = new DnsZone().AddService(Services.Name, 1, "h");
        var reply = zone.Answer(DnsMessage.WriteQuery(Id, Services).Span)!;

        Assert.NotNull(DnsMessage.ReadReply(reply, Id, Services));
        Assert.Null(DnsMessage.ReadReply(reply, Id + 1, Services));
        Assert.Null(DnsMessage.ReadReply(reply, Id, Services with { Name = "other" }));
        Assert.Null(DnsMessage.ReadReply(reply, Id, Services with { Type = DnsRecordType.TXT }));
        Assert.Null(DnsMessage.ReadReply(DnsMessage.WriteQuery(Id, Services).Span, Id, Services));
        Assert.Null(DnsMessage.ReadReply(reply.AsSpan(0, 11), Id, Services));
    }

    [Fact]
    public void A_name_in_other_letters_is_the_same_question()
    {
        var zone = new DnsZone().AddService(Services.Name, 1, "h");
        var loud = Services with { Name = Services.Name.ToUpperInvariant() };
        Assert.NotNull(
            DnsMessage.ReadReply(zone.Answer(DnsMessage.WriteQuery(Id, loud).Span)!, Id, Services)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("münchen.example.com")]
    [InlineData("x234567890123456789012345678901234567890123456789012345678901234.com")]
    public void A_name_that_no_message_can_carry_is_an_error(string name) =>
        Assert.Throws<DnsFormatException>(() => DnsMessage.WriteQuery(Id, Services with { Name = name }));

    private static DnsReply Read(DnsZone zone, DnsQuestion question) =>
        DnsMessage.ReadReply(zone.Answer(DnsMessage.WriteQuery(Id, question).Span)!, Id, question)!;
}

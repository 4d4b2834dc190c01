using System.Buffers;
using System.Buffers.Binary;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Protocol.Tests.Wire;

public sealed class MessageTests
{
    private static readonly BsonDocument s_ping = new() { ["ping"] = 1, ["$db"] = "admin" };

    [Theory]
    [InlineData(OpMsgFlags.None)]
    [InlineData(OpMsgFlags.ChecksumPresent)]
    [InlineData(OpMsgFlags.MoreToCome | OpMsgFlags.ExhaustAllowed)]
    public void A_written_msg_is_read_back(OpMsgFlags flags)
    {
        var message = OpMsg.Parse(Msg(flags));

        Assert.Equal(new MessageHeader(message.Header.Length, 7, 8, OpCode.Msg), message.Header);
        Assert.Equal(flags, message.Flags);
        Assert.Equal(s_ping, message.ToCommand());
        Assert.Equal(21, message.BodyOffset);
    }

    [Fact]
    public void Sequences_are_folded_into_the_command_wherever_they_stand()
    {
        var bytes = WithSections(
            Sequence("documents", new BsonDocument("a", 1), new BsonDocument("a", 2)),
            Body(new BsonDocument("insert", "c")),
            Sequence("more")
        );

        var message = OpMsg.Parse(bytes);
        var offsets = new List<int>();
        foreach (var sequence in message.Sequences)
        {
            offsets.Add(sequence.DocumentsOffset);
            Assert.True(
                bytes
                    .AsSpan(sequence.DocumentsOffset, sequence.Documents.Length)
                    .SequenceEqual(sequence.Documents)
            );
        }

        Assert.Equal(2, offsets.Count);
        Assert.Equal(
            new BsonDocument
            {
                ["insert"] = "c",
                ["documents"] = new BsonArray { new BsonDocument("a", 1), new BsonDocument("a", 2) },
                ["more"] = new BsonArray(),
            },
            message.ToCommand()
        );
    }

    [Fact]
    public void A_sequence_that_repeats_an_element_is_refused()
    {
        var bytes = WithSections(Body(new BsonDocument("documents", 1)), Sequence("documents"));

        Assert.Throws<WireFormatException>(() => OpMsg.Parse(bytes).ToCommand());
    }

    [Fact]
    public void Zero_and_two_bodies_are_refused()
    {
        Assert.Throws<WireFormatException>(() => OpMsg.Parse(WithSections(Sequence("a"))));
        Assert.Throws<WireFormatException>(() => OpMsg.Parse(WithSections(Body(s_ping), Body(s_ping))));
        Assert.Throws<WireFormatException>(() => OpMsg.Parse(WithSections([2, .. Body(s_ping)[1..]])));
    }

    [Fact]
    public void Unknown_required_flags_are_refused_and_optional_ones_are_not()
    {
        for (var bit = 0; bit < 32; bit++)
        {
            var bytes = Msg(OpMsgFlags.None);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(OpMsg.FlagsOffset), 1u << bit);
            if (bit is 1 or >= 16)
            {
                Assert.Equal(1u << bit, (uint)OpMsg.Parse(bytes).Flags);
            }
            else
            {
                Assert.Throws<WireFormatException>(() => OpMsg.Parse(bytes));
            }
        }
    }

    [Fact]
    public void A_changed_byte_fails_the_checksum()
    {
        var bytes = Msg(OpMsgFlags.ChecksumPresent);
        bytes[4] ^= 1;

        Assert.Contains("checksum", Assert.Throws<WireFormatException>(() => OpMsg.Parse(bytes)).Message);
    }

    [Fact]
    public void The_checksum_is_crc32c() => Assert.Equal(0xE3069283, Crc32C.Compute("123456789"u8));

    [Fact]
    public void A_written_query_is_read_back()
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.WriteQuery(output, 5, "admin.$cmd", s_ping);

        var query = OpQuery.Parse(output.WrittenSpan);

        Assert.Equal(new MessageHeader(output.WrittenCount, 5, 0, OpCode.Query), query.Header);
        Assert.Equal("admin.$cmd", query.FullCollectionName);
        Assert.True(query.IsCommand);
        Assert.Equal((0, -1), (query.NumberToSkip, query.NumberToReturn));
        Assert.Equal(OpQueryFlags.SecondaryOk, query.Flags);
        Assert.Equal(s_ping, BsonDocument.Parse(query.Query));
        Assert.True(query.ReturnFieldsSelector.IsEmpty);
    }

    [Fact]
    public void A_written_reply_is_read_back()
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.WriteReply(output, 5, 6, s_ping);

        var reply = OpReply.Parse(output.WrittenSpan);

        Assert.Equal(new MessageHeader(output.WrittenCount, 5, 6, OpCode.Reply), reply.Header);
        Assert.Equal((0L, 0, 1), (reply.CursorId, reply.StartingFrom, reply.NumberReturned));
        Assert.Equal(s_ping, BsonDocument.Parse(reply.Document));
    }

    [Fact]
    public void A_message_cut_anywhere_is_refused()
    {
        var bytes = WithSections(Body(s_ping), Sequence("documents", s_ping));
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<WireFormatException>(() => OpMsg.Parse(cut));
            if (length >= MessageHeader.Size && length != 20 + Body(s_ping).Length)
            {
                BinaryPrimitives.WriteInt32LittleEndian(cut, length);
                Assert.Throws<WireFormatException>(() => OpMsg.Parse(cut));
            }
        }
    }

    internal static byte[] Msg(OpMsgFlags flags)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(output, 7, 8, flags, s_ping);
        return output.WrittenSpan.ToArray();
    }

    internal static byte[] WithSections(params byte[][] sections)
    {
        byte[] bytes = [.. new byte[20], .. sections.SelectMany(section => section)];
        new MessageHeader(bytes.Length, 1, 0, OpCode.Msg).Write(bytes);
        return bytes;
    }

    internal static byte[] Body(BsonDocument document) => [0, .. document.ToBytes()];

    internal static byte[] Sequence(string name, params BsonDocument[] documents)
    {
        byte[] content =
        [
            .. System.Text.Encoding.UTF8.GetBytes(name),
            0,
            .. documents.SelectMany(document => document.ToBytes()),
        ];
        return [1, .. BitConverter.GetBytes(content.Length + 4), .. content];
    }

    [Fact]
    public void The_head_of_a_message_and_the_documents_after_it_are_a_whole_message()
    {
        var documents = new BsonDocument[]
        {
            new() { ["_id"] = 1 },
            new() { ["_id"] = 2 },
        };
        byte[] bytes = [.. documents.SelectMany(d => d.ToBytes())];
        var output = new ArrayBufferWriter<byte>();

        MessageWriter.WriteMsgHead(
            output,
            7,
            new BsonDocument { ["insert"] = "c" },
            "documents",
            bytes.Length
        );
        output.Write(bytes);

        var message = OpMsg.Parse(output.WrittenSpan);
        Assert.Equal((7, OpMsgFlags.None), (message.Header.RequestId, message.Flags));
        Assert.Equal(
            new BsonDocument
            {
                ["insert"] = "c",
                ["documents"] = new BsonArray(documents.Select(d => (BsonValue)d)),
            },
            message.ToCommand()
        );
    }
}

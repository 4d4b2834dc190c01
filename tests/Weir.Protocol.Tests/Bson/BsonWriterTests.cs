using System.Buffers;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Tests.Bson;

public sealed class BsonWriterTests
{
    [Fact]
    public void What_is_written_without_a_tree_is_what_the_tree_writes()
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new BsonWriter(output);

        writer.StartDocument();
        writer.WriteString("me"u8, "a:1");
        writer.StartArray("hosts");
        for (var i = 0; i < 11; i++)
        {
            writer.WriteString(default, "host"u8);
        }

        writer.StartDocument(default);
        writer.WriteDateTime("at"u8, DateTime.UnixEpoch);
        writer.EndDocument();
        writer.EndArray();
        writer.WriteRaw("raw"u8, BsonType.Document, new BsonDocument("x", 1).ToBytes());
        writer.WriteValue("value", 1.5);
        writer.EndDocument();

        var hosts = new BsonArray(Enumerable.Repeat((BsonValue)"host", 11));
        hosts.Add(new BsonDocument("at", DateTime.UnixEpoch));
        var expected = new BsonDocument
        {
            ["me"] = "a:1",
            ["hosts"] = hosts,
            ["raw"] = new BsonDocument("x", 1),
            ["value"] = 1.5,
        };
        Assert.Equal(expected.ToBytes(), output.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_writer_writes_one_document_after_the_other_without_allocating()
    {
        var output = new ArrayBufferWriter<byte>(1 << 16);
        using var writer = new BsonWriter(output);
        Write();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Write();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(
            output
                .WrittenSpan[..(output.WrittenCount / 2)]
                .SequenceEqual(output.WrittenSpan[(output.WrittenCount / 2)..])
        );

        void Write()
        {
            writer.StartDocument();
            writer.WriteInt32("ok"u8, 1);
            writer.WriteString("text", "grüß dich");
            writer.StartDocument("nested"u8);
            writer.EndDocument();
            writer.EndDocument();
        }
    }

    [Fact]
    public void Ends_without_starts_and_elements_without_a_document_are_refused()
    {
        using var writer = new BsonWriter(new ArrayBufferWriter<byte>());

        Assert.Throws<InvalidOperationException>(writer.EndDocument);
        Assert.Throws<InvalidOperationException>(() => writer.WriteInt32("a", 1));
        writer.StartDocument();
        Assert.Throws<InvalidOperationException>(writer.StartDocument);
        Assert.Throws<InvalidOperationException>(writer.EndArray);
        Assert.Throws<ArgumentException>(() => writer.WriteInt32("a\0"u8, 1));
        Assert.Throws<ArgumentException>(() => writer.WriteString("a", "ü"u8[..1]));
        Assert.Throws<BsonFormatException>(() => writer.WriteRaw("a", BsonType.Int32, [1, 2, 3, 4, 5]));
    }

    [Fact]
    public void Nothing_reaches_the_output_before_the_document_ends()
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new BsonWriter(output);

        writer.StartDocument();
        writer.WriteInt32("a", 1);

        Assert.Equal(0, output.WrittenCount);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Protocol.Tests.Wire;

public sealed class OpCompressedTests
{
    private static readonly byte[] s_message = MessageTests.WithSections(
        MessageTests.Body(new BsonDocument("text", string.Concat(Enumerable.Repeat("weir ", 1000))))
    );

    [Theory]
    [InlineData(CompressorId.Noop, -1)]
    [InlineData(CompressorId.Snappy, -1)]
    [InlineData(CompressorId.Zlib, -1)]
    [InlineData(CompressorId.Zlib, 0)]
    [InlineData(CompressorId.Zlib, 9)]
    [InlineData(CompressorId.Zstd, -1)]
    public void A_message_comes_back_from_its_compressed_form(CompressorId compressor, int level)
    {
        var compressed = Wrap(s_message, compressor, level);
        var header = MessageHeader.Read(compressed);
        var output = new ArrayBufferWriter<byte>();
        OpCompressed.Unwrap(output, compressed);

        Assert.Equal(new MessageHeader(compressed.Length, 1, 0, OpCode.Compressed), header);
        Assert.Equal(s_message, output.WrittenSpan.ToArray());
        Assert.Equal(s_message.Length, OpCompressed.GetUnwrappedLength(compressed));
        Assert.Equal(compressor is CompressorId.Noop || level == 0, compressed.Length > s_message.Length / 2);
    }

    [Theory]
    [InlineData(CompressorId.Noop, true)]
    [InlineData(CompressorId.Snappy, false)]
    [InlineData(CompressorId.Zlib, false)]
    [InlineData(CompressorId.Zstd, false)]
    public void No_content_is_nothing_to_compress_and_no_compressed_content(
        CompressorId compressor,
        bool isContent
    )
    {
        var message = new byte[MessageHeader.Size];
        new MessageHeader(message.Length, 3, 4, OpCode.KillCursors).Write(message);
        byte[] compressed = [.. message, 0xDD, 7, 0, 0, 0, 0, 0, 0, (byte)compressor];
        new MessageHeader(compressed.Length, 3, 4, OpCode.Compressed).Write(compressed);

        Assert.Throws<ArgumentException>(() => Wrap(message, compressor));
        Assert.Equal(isContent, Record.Exception(() => Unwrap(compressed)) is not WireFormatException);
    }

    [Theory]
    [InlineData(-1, "announces -1")]
    [InlineData(int.MaxValue, "may have 48000000")]
    [InlineData(47_000_000, "can't hold")]
    [InlineData(5_000, "does not hold")]
    public void A_size_that_is_not_the_true_one_is_refused(int size, string reason)
    {
        foreach (var compressor in new[] { CompressorId.Snappy, CompressorId.Zlib, CompressorId.Zstd })
        {
            var compressed = Wrap(s_message, compressor);
            BinaryPrimitives.WriteInt32LittleEndian(compressed.AsSpan(20), size);

            var e = Assert.Throws<WireFormatException>(() => Unwrap(compressed));

            Assert.Contains(reason, e.Message);
        }
    }

    [Fact]
    public void A_message_above_the_bound_is_refused_before_it_is_expanded() =>
        Assert.Contains(
            "may have 1000",
            Assert.Throws<WireFormatException>(() => Unwrap(Wrap(s_message, CompressorId.Zlib), 1000)).Message
        );

    [Theory]
    [InlineData(4)]
    [InlineData(77)]
    public void A_compressor_that_is_not_there_is_refused(byte compressor)
    {
        var compressed = Wrap(s_message, CompressorId.Zlib);
        compressed[24] = compressor;

        Assert.Contains(
            $"{compressor}",
            Assert.Throws<WireFormatException>(() => Unwrap(compressed)).Message
        );
        Assert.Throws<NotSupportedException>(() => Wrap(s_message, (CompressorId)compressor));
    }

    [Fact]
    public void Compressed_within_compressed_is_refused()
    {
        var compressed = Wrap(s_message, CompressorId.Noop);
        BinaryPrimitives.WriteInt32LittleEndian(compressed.AsSpan(16), (int)OpCode.Compressed);

        Assert.Throws<WireFormatException>(() => Unwrap(compressed));
        Assert.Throws<ArgumentException>(() => Wrap(Wrap(s_message, CompressorId.Noop), CompressorId.Zlib));
    }

    [Fact]
    public void Zlib_written_elsewhere_is_read()
    {
        // Made by Python's zlib.compress(b"hello hello hello hello").
        var content = Convert.FromHexString("789CCB48CDC9C957C8402701680308B1");
        byte[] message = [.. new byte[16], 0xDD, 7, 0, 0, 23, 0, 0, 0, 2, .. content];
        new MessageHeader(message.Length, 0, 0, OpCode.Compressed).Write(message);

        Assert.Equal("hello hello hello hello", Encoding.ASCII.GetString(Unwrap(message)[16..]));
    }

    [Fact]
    public void Zstd_written_elsewhere_is_read_and_damage_to_it_is_refused()
    {
        // A frame as RFC 8878 writes it: one block of 23 times the letter w.
        byte[] content = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 23, 0xBB, 0, 0, (byte)'w'];
        byte[] message = [.. new byte[16], 0xDD, 7, 0, 0, 23, 0, 0, 0, 3, .. content];
        new MessageHeader(message.Length, 0, 0, OpCode.Compressed).Write(message);
        Assert.Equal(new string('w', 23), Encoding.ASCII.GetString(Unwrap(message)[16..]));

        message[25] ^= 1;
        Assert.Contains("not valid zstd", Assert.Throws<WireFormatException>(() => Unwrap(message)).Message);
    }

    [Fact]
    public void Zlib_that_wants_a_dictionary_is_refused()
    {
        byte[] message = [.. new byte[16], 0xDD, 7, 0, 0, 23, 0, 0, 0, 2, 0x78, 0x3F, 1, 2, 3, 4, 5, 6, 7];
        new MessageHeader(message.Length, 0, 0, OpCode.Compressed).Write(message);

        Assert.Contains("not valid zlib", Assert.Throws<WireFormatException>(() => Unwrap(message)).Message);
    }

    [Theory]
    [InlineData("snappy", CompressorId.Snappy)]
    [InlineData("zlib", CompressorId.Zlib)]
    [InlineData("zstd", CompressorId.Zstd)]
    public void Compressors_have_the_names_of_the_handshake(string name, CompressorId id)
    {
        Assert.True(Compressors.TryParse(name, out var parsed));
        Assert.Equal(id, parsed);
        Assert.Equal(name, Compressors.GetName(id));
        Assert.True(Compressors.IsSupported(id));
        Assert.False(Compressors.TryParse("snoopy", out _));
    }

    private static byte[] Wrap(byte[] message, CompressorId compressor, int level = -1)
    {
        var output = new ArrayBufferWriter<byte>();
        OpCompressed.Wrap(output, message, compressor, level);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Unwrap(byte[] message, int maxLength = WireLimits.MaxMessageLength)
    {
        var output = new ArrayBufferWriter<byte>();
        OpCompressed.Unwrap(output, message, maxLength);
        return output.WrittenSpan.ToArray();
    }
}

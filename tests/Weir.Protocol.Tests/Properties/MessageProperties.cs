using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Weir.Protocol.Bson;
using Weir.Protocol.Tests.Wire;
using Weir.Protocol.Wire;

namespace Weir.Protocol.Tests.Properties;

public sealed class MessageProperties
{
    // Zlib's: the announced size of a compressed message is believed up to what its content could hold.
    private const long MostExpansion = 1100;

    /// <summary>Four bytes can stand for a block of 128 KiB.</summary>
    private const long MostZstdExpansion = 32_768;

    private static readonly Type[] s_errors = [typeof(WireFormatException), typeof(BsonFormatException)];

    [Fact]
    public void A_damaged_msg_is_read_or_refused() =>
        ForAnyDamaged(
            document =>
                MessageTests.WithSections(
                    MessageTests.Body(document),
                    MessageTests.Sequence("documents", document, document)
                ),
            bytes =>
            {
                var message = OpMsg.Parse(bytes);
                message.ToCommand();
            }
        );

    [Fact]
    public void A_damaged_query_is_read_or_refused() =>
        ForAnyDamaged(
            document =>
            {
                var output = new ArrayBufferWriter<byte>();
                MessageWriter.WriteQuery(output, 1, "admin.$cmd", document);
                return output.WrittenSpan.ToArray();
            },
            bytes =>
            {
                var query = OpQuery.Parse(bytes);
                _ = query.FullCollectionName;
                BsonDocument.Parse(query.Query);
            }
        );

    [Fact]
    public void A_damaged_reply_is_read_or_refused() =>
        ForAnyDamaged(
            document =>
            {
                var output = new ArrayBufferWriter<byte>();
                MessageWriter.WriteReply(output, 1, 2, document);
                return output.WrittenSpan.ToArray();
            },
            bytes =>
                BsonDocument.Parse(
                    OpReply.Parse(bytes).Document is { IsEmpty: false } first ? first : [5, 0, 0, 0, 0]
                )
        );

    [Theory]
    [InlineData(CompressorId.Noop)]
    [InlineData(CompressorId.Snappy)]
    [InlineData(CompressorId.Zstd)]
    [InlineData(CompressorId.Zlib)]
    public void A_damaged_compressed_message_is_expanded_or_refused(CompressorId compressor) =>
        ForAnyDamaged(
            document =>
            {
                var output = new ArrayBufferWriter<byte>();
                OpCompressed.Wrap(output, MessageTests.WithSections(MessageTests.Body(document)), compressor);
                return output.WrittenSpan.ToArray();
            },
            bytes => OpCompressed.Unwrap(new ArrayBufferWriter<byte>(), bytes),
            compressor == CompressorId.Zstd ? MostZstdExpansion : MostExpansion
        );

    private static void ForAnyDamaged(
        Func<BsonDocument, byte[]> write,
        Action<byte[]> read,
        long mostExpansion = MostExpansion
    ) =>
        Property.ForAny(
            Generators
                .Documents.Generator.SelectMany(document => Generators.Damaged(write(document)))
                .ToArbitrary(),
            bytes =>
            {
                Check(bytes);
                if (bytes.Length >= 4)
                {
                    Check([.. BitConverter.GetBytes(bytes.Length), .. bytes[4..]]);
                }

                void Check(byte[] message) =>
                    Property.ReadsOrRefuses(mostExpansion, message.Length, () => read(message), s_errors);
            }
        );
}

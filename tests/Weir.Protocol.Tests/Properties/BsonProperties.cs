using FsCheck.Fluent;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Tests.Properties;

public sealed class BsonProperties
{
    [Fact]
    public void Any_document_comes_back_from_its_bytes() =>
        Property.ForAny(
            Generators.Documents,
            document =>
            {
                var bytes = document.ToBytes();
                BsonValidator.Validate(bytes);
                var read = BsonDocument.Parse(bytes);
                Assert.Equal(document, read);
                Assert.Equal(bytes, read.ToBytes());
                Assert.Equal(document, document.Clone());
            }
        );

    [Fact]
    public void Any_document_can_be_copied_element_by_element() =>
        Property.ForAny(
            Generators.Documents,
            document =>
            {
                var bytes = document.ToBytes();
                var output = new System.Buffers.ArrayBufferWriter<byte>();
                using var writer = new BsonWriter(output);
                writer.StartDocument();
                var reader = new BsonReader(bytes);
                while (reader.Read())
                {
                    writer.WriteElement(reader);
                }

                writer.EndDocument();
                Assert.Equal(bytes, output.WrittenSpan.ToArray());
            }
        );

    [Fact]
    public void Damaged_bytes_are_read_or_refused_and_by_all_readers_alike() =>
        Property.ForAny(
            Generators
                .Documents.Generator.SelectMany(document => Generators.Damaged(document.ToBytes()))
                .ToArbitrary(),
            bytes =>
            {
                // Half of the damage ends at the outermost length; with that mended, more of it gets further in.
                Check(bytes);
                if (bytes.Length >= 4)
                {
                    Check([.. BitConverter.GetBytes(bytes.Length), .. bytes[4..]]);
                }
            }
        );

    private static void Check(byte[] bytes)
    {
        BsonDocument? document = null;
        var parsed = Read(() => document = BsonDocument.Parse(bytes));
        var valid = Read(() => BsonValidator.Validate(bytes));
        var passed = Read(() =>
        {
            var reader = new BsonReader(bytes);
            while (reader.Read())
            {
                reader.GetName();
                reader.GetValue();
            }
        });

        Assert.Equal(parsed, valid);
        Assert.Equal(parsed, passed);
        if (document is not null)
        {
            Assert.Equal(document, BsonDocument.Parse(document.ToBytes()));
        }

        bool Read(Action read) =>
            Property.ReadsOrRefuses(200, bytes.Length, read, typeof(BsonFormatException));
    }
}

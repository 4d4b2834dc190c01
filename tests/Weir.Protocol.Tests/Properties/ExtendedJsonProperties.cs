using System.Text;
using FsCheck.Fluent;
using Weir.Protocol.Bson;
using Weir.Protocol.Json;

namespace Weir.Protocol.Tests.Properties;

public sealed class ExtendedJsonProperties
{
    [Fact]
    public void Any_document_comes_back_from_canonical_extended_json() =>
        Property.ForAny(
            Generators.Documents,
            document =>
            {
                var json = ExtendedJson.Write(document, ExtendedJsonMode.Canonical);
                Assert.Equal(document.ToBytes(), ExtendedJson.Parse(json).ToBytes());
            }
        );

    [Fact]
    public void Relaxed_extended_json_of_any_document_is_read_to_what_writes_the_same() =>
        Property.ForAny(
            Generators.Documents,
            document =>
            {
                var json = ExtendedJson.Write(document);
                Assert.Equal(json, ExtendedJson.Write(ExtendedJson.Parse(json)));
            }
        );

    [Fact]
    public void Damaged_text_is_read_or_refused() =>
        Property.ForAny(
            Generators
                .Documents.Generator.SelectMany(document =>
                    Generators.Damaged(
                        Encoding.Unicode.GetBytes(ExtendedJson.Write(document, ExtendedJsonMode.Canonical))
                    )
                )
                .ToArbitrary(),
            bytes =>
            {
                var text = new string(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, char>(bytes));
                BsonDocument? document = null;
                Property.ReadsOrRefuses(
                    200,
                    bytes.Length,
                    () => document = ExtendedJson.Parse(text),
                    typeof(ExtendedJsonException)
                );
                document?.ToBytes();
            }
        );

    [Fact]
    public void Any_decimal_comes_back_from_its_text() =>
        Property.ForAny(
            Generators.Decimals,
            value => Assert.Equal(value, Decimal128.Parse(value.ToString()))
        );
}

using System.Text.Json;
using Weir.Protocol.Bson;
using Weir.Protocol.Json;
using Xunit.Sdk;

namespace Weir.Conformance;

/// <summary>The BSON corpus: every case of every file, none left out.</summary>
public sealed class BsonCorpusTests
{
    private const string TopLevelType = "0x00";
    private const string BinaryType = "0x05";
    private const string Decimal128Type = "0x13";

    private static readonly Dictionary<string, BsonCorpusFile> s_files = SpecFiles
        .Find("bson-corpus")
        .ToDictionary(file => file.Name, SpecFiles.Read<BsonCorpusFile>);

    public static IEnumerable<TheoryDataRow<string, int>> ValidCases() =>
        Cases(file => file.Valid.Select(example => example.Description));

    public static IEnumerable<TheoryDataRow<string, int>> DecodeErrorCases() =>
        Cases(file => file.DecodeErrors.Select(example => example.Description));

    public static IEnumerable<TheoryDataRow<string, int>> ParseErrorCases() =>
        Cases(file => file.ParseErrors.Select(example => example.Description));

    [Fact]
    public void Every_file_was_found_and_has_cases()
    {
        Assert.NotEmpty(s_files);
        Assert.All(
            s_files,
            file =>
                Assert.NotEqual(
                    0,
                    file.Value.Valid.Count + file.Value.DecodeErrors.Count + file.Value.ParseErrors.Count
                )
        );
    }

    [Theory]
    [MemberData(nameof(ValidCases))]
    public void Valid(string file, int index)
    {
        var example = s_files[file].Valid[index];
        CheckBson(example.CanonicalBson, example.CanonicalBson);
        CheckExtendedJson(
            example.CanonicalBson,
            example.CanonicalExtJson,
            example.CanonicalExtJson,
            example.Lossy
        );
        if (example.DegenerateBson is { } degenerateBson)
        {
            CheckBson(degenerateBson, example.CanonicalBson);
        }

        if (example.DegenerateExtJson is { } degenerateJson)
        {
            CheckExtendedJson(example.CanonicalBson, degenerateJson, example.CanonicalExtJson, example.Lossy);
        }

        if (example.RelaxedExtJson is { } relaxed)
        {
            var document = BsonDocument.Parse(Convert.FromHexString(example.CanonicalBson));
            AssertSameJson(relaxed, ExtendedJson.Write(document));
            AssertSameJson(relaxed, ExtendedJson.Write(ExtendedJson.Parse(relaxed)));
        }

        // Values of deprecated types stay what they are here; what they might be converted to is valid all the same.
        if (example.ConvertedBson is { } convertedBson)
        {
            CheckBson(convertedBson, convertedBson);
            CheckExtendedJson(
                convertedBson,
                example.ConvertedExtJson!,
                example.ConvertedExtJson!,
                example.Lossy
            );
        }
    }

    [Theory]
    [MemberData(nameof(DecodeErrorCases))]
    public void Decode_error(string file, int index)
    {
        var bytes = Convert.FromHexString(s_files[file].DecodeErrors[index].Bson);

        Assert.Throws<BsonFormatException>(() => BsonDocument.Parse(bytes));
        Assert.Throws<BsonFormatException>(() => BsonValidator.Validate(bytes));
    }

    [Theory]
    [MemberData(nameof(ParseErrorCases))]
    public void Parse_error(string file, int index)
    {
        var text = s_files[file].ParseErrors[index].Text;
        switch (s_files[file].BsonType)
        {
            case TopLevelType:
            case BinaryType:
                JsonDocument.Parse(text).Dispose();
                Assert.Throws<ExtendedJsonException>(() => ExtendedJson.Parse(text));
                break;
            case Decimal128Type:
                Assert.Throws<FormatException>(() => Decimal128.Parse(text));
                Assert.Throws<ExtendedJsonException>(() =>
                    ExtendedJson.Parse(
                        "{\"d\": {\"$numberDecimal\": " + JsonSerializer.Serialize(text) + "}}"
                    )
                );
                break;
            default:
                throw new XunitException(
                    $"Parse errors of type {s_files[file].BsonType} are not known here."
                );
        }
    }

    private static void CheckBson(string input, string expected)
    {
        var bytes = Convert.FromHexString(input);
        BsonValidator.Validate(bytes);
        var document = BsonDocument.Parse(bytes);
        Assert.Equal(expected.ToUpperInvariant(), Convert.ToHexString(document.ToBytes()));
    }

    private static void CheckExtendedJson(string bson, string input, string expected, bool lossy)
    {
        var fromJson = ExtendedJson.Parse(input);
        AssertSameJson(expected, ExtendedJson.Write(fromJson, ExtendedJsonMode.Canonical));
        var fromBson = BsonDocument.Parse(Convert.FromHexString(bson));
        AssertSameJson(expected, ExtendedJson.Write(fromBson, ExtendedJsonMode.Canonical));
        if (!lossy)
        {
            Assert.Equal(bson.ToUpperInvariant(), Convert.ToHexString(fromJson.ToBytes()));
        }
    }

    private static void AssertSameJson(string expected, string actual) =>
        Assert.Equal(Normalized(expected), Normalized(actual));

    /// <summary>Without what JSON lets a writer choose: white space and escapes. Order and digits count.</summary>
    private static string Normalized(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement);
    }

    private static IEnumerable<TheoryDataRow<string, int>> Cases(
        Func<BsonCorpusFile, IEnumerable<string>> descriptions
    ) =>
        from file in s_files
        from example in descriptions(file.Value).Select((description, index) => (description, index))
        select new TheoryDataRow<string, int>(file.Key, example.index)
        {
            TestDisplayName = $"bson-corpus {file.Key}: {example.description}",
        };
}

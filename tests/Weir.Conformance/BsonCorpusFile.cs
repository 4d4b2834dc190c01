using System.Text.Json.Serialization;

namespace Weir.Conformance;

/// <summary>A file of the BSON corpus, in its own words.</summary>
internal sealed record BsonCorpusFile
{
    public required string Description { get; init; }

    [JsonPropertyName("bson_type")]
    public required string BsonType { get; init; }

    [JsonPropertyName("test_key")]
    public string? TestKey { get; init; }

    public bool Deprecated { get; init; }

    public IReadOnlyList<ValidCase> Valid { get; init; } = [];

    public IReadOnlyList<DecodeErrorCase> DecodeErrors { get; init; } = [];

    public IReadOnlyList<ParseErrorCase> ParseErrors { get; init; } = [];

    internal sealed record ValidCase
    {
        public required string Description { get; init; }

        [JsonPropertyName("canonical_bson")]
        public required string CanonicalBson { get; init; }

        [JsonPropertyName("canonical_extjson")]
        public required string CanonicalExtJson { get; init; }

        [JsonPropertyName("relaxed_extjson")]
        public string? RelaxedExtJson { get; init; }

        [JsonPropertyName("degenerate_bson")]
        public string? DegenerateBson { get; init; }

        [JsonPropertyName("degenerate_extjson")]
        public string? DegenerateExtJson { get; init; }

        [JsonPropertyName("converted_bson")]
        public string? ConvertedBson { get; init; }

        [JsonPropertyName("converted_extjson")]
        public string? ConvertedExtJson { get; init; }

        public bool Lossy { get; init; }
    }

    internal sealed record DecodeErrorCase
    {
        public required string Description { get; init; }

        public required string Bson { get; init; }
    }

    internal sealed record ParseErrorCase
    {
        public required string Description { get; init; }

        [JsonPropertyName("string")]
        public required string Text { get; init; }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Conformance.ReadWriteConcernCases;

internal sealed record WriteConcernCase
{
    public JsonElement? W { get; init; }

    public bool? Journal { get; init; }

    [JsonPropertyName("wtimeoutMS")]
    public long? WTimeoutMS { get; init; }

    public WriteConcern Build() =>
        new()
        {
            Members = W is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null,
            Mode = W is { ValueKind: JsonValueKind.String } mode ? mode.GetString() : null,
            Journal = Journal,
            WTimeoutMS = WTimeoutMS,
        };
}

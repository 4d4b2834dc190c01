using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Conformance.Cmap;

/// <summary>The specification's MATCH: what is expected is a part of what there is; 42 and "42" stand for anything.</summary>
internal static class CmapMatch
{
    public static void Assert(JsonElement expected, JsonNode? actual, string path)
    {
        if (IsPlaceholder(expected))
        {
            Xunit.Assert.True(actual is not null, $"{path} is missing");
            return;
        }

        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                var actualObject = Xunit.Assert.IsType<JsonObject>(actual);
                foreach (var property in expected.EnumerateObject())
                {
                    Assert(property.Value, actualObject[property.Name], $"{path}.{property.Name}");
                }

                break;
            case JsonValueKind.Array:
                var actualArray = Xunit.Assert.IsType<JsonArray>(actual);
                var index = 0;
                foreach (var item in expected.EnumerateArray())
                {
                    var place = $"{path}[{index.ToString(CultureInfo.InvariantCulture)}]";
                    Xunit.Assert.True(index < actualArray.Count, $"{place} is missing");
                    Assert(item, actualArray[index++], place);
                }

                break;
            default:
                Xunit.Assert.True(
                    JsonNode.DeepEquals(JsonNode.Parse(expected.GetRawText()), actual),
                    $"{path} is {actual?.ToJsonString() ?? "missing"}, not {expected.GetRawText()}"
                );
                break;
        }
    }

    private static bool IsPlaceholder(JsonElement expected) =>
        expected.ValueKind switch
        {
            JsonValueKind.Number => expected.GetDouble() == 42,
            JsonValueKind.String => expected.GetString() == "42",
            _ => false,
        };
}

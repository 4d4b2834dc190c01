using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Cli.Look;

/// <summary>Numbers by value, everything else by its text.</summary>
internal sealed class NodeOrder : IComparer<JsonNode?>
{
    public static readonly NodeOrder Instance = new();

    public int Compare(JsonNode? x, JsonNode? y) =>
        IsNumber(x) && IsNumber(y)
            ? x!.GetValue<double>().CompareTo(y!.GetValue<double>())
            : string.CompareOrdinal(x?.ToString(), y?.ToString());

    private static bool IsNumber(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number;
}

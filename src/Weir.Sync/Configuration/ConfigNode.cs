using System.Text.Json;
using System.Text.Json.Nodes;

namespace Weir.Sync.Configuration;

/// <summary>A value of a configuration file, YAML or JSON, and the line it stands on.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Text">A text, or a number, true or false as it is written.</param>
/// <param name="Members">A mapping's keys and values, in order, duplicates included.</param>
/// <param name="Items">A list's values.</param>
internal sealed record ConfigNode(
    ConfigKind Kind,
    int Line,
    string Text,
    IReadOnlyList<ConfigMember> Members,
    IReadOnlyList<ConfigNode> Items
)
{
    public static ConfigNode Scalar(ConfigKind kind, int line, string text) => new(kind, line, text, [], []);

    /// <summary>What it is, for errors. A value is shown only where it can't be a secret.</summary>
    public string Shown =>
        Kind switch
        {
            ConfigKind.Mapping => "a mapping",
            ConfigKind.List => "a list",
            ConfigKind.Text => Text.Length == 0 ? "empty" : "a text",
            ConfigKind.Null => "empty",
            _ => Text,
        };

    /// <summary>The same value as JSON text, which Extended JSON can be read from.</summary>
    public string ToJson() => ToJsonNode()?.ToJsonString() ?? "null";

    private JsonNode? ToJsonNode() =>
        Kind switch
        {
            ConfigKind.Mapping => new JsonObject(
                Members.DistinctBy(m => m.Name).Select(m => KeyValuePair.Create(m.Name, m.Value.ToJsonNode()))
            ),
            ConfigKind.List => new JsonArray([.. Items.Select(i => i.ToJsonNode())]),
            ConfigKind.Text => JsonValue.Create(Text),
            ConfigKind.Null => null,
            ConfigKind.Boolean => JsonValue.Create(Text == "true"),
            _ => JsonNode.Parse(
                Text,
                null,
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Disallow }
            ),
        };
}

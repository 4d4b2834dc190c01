namespace Weir.Protocol.Json;

/// <summary>A piece of JSON text before anything in it is taken for Extended JSON.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Position">The byte of the UTF-8 text at which it begins.</param>
/// <param name="Text">A string's text, or a number as it is written.</param>
/// <param name="Names">The names of an object's members, duplicates included.</param>
/// <param name="Items">The values of an object's members or an array's items.</param>
internal sealed record JsonNode(
    JsonNodeKind Kind,
    long Position,
    string Text,
    List<string> Names,
    List<JsonNode> Items
);

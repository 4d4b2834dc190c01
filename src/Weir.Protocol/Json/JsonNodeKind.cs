namespace Weir.Protocol.Json;

/// <summary>The kinds of JSON values.</summary>
internal enum JsonNodeKind
{
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>What functions ask of their arguments.</summary>
internal static class Arguments
{
    /// <summary>Null, undefined or missing.</summary>
    public static bool IsNullish(this BsonValue? value) =>
        value is null or { Type: BsonType.Null or BsonType.Undefined };

    public static bool AnyNullish(this BsonValue?[] values) => Array.Exists(values, IsNullish);

    /// <summary>The name of the type, "missing" where there is no value.</summary>
    public static string TypeOf(this BsonValue? value) =>
        value is { } present ? ValueText.TypeName(present.Type) : "missing";
}

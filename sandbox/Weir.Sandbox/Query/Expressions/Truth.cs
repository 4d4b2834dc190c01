using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>MongoDB's truth: everything but false, zero, null, undefined and missing.</summary>
internal static class Truth
{
    public static bool Of(BsonValue? value) => value is { } present && present.ToBoolean();
}

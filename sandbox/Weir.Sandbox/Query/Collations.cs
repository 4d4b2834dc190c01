using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query;

/// <summary>Only the simple collation, the order of bytes, is here.</summary>
internal static class Collations
{
    public static void RequireSimple(BsonDocument? collation)
    {
        if (
            collation is { Count: > 0 }
            && !(
                collation.TryGetValue("locale", out var locale)
                && locale.IsString
                && locale.AsString == "simple"
            )
        )
        {
            throw CommandError.NotHere(
                $"the collation {ValueText.Of(collation)}: only {{ locale: \"simple\" }}"
            );
        }
    }
}

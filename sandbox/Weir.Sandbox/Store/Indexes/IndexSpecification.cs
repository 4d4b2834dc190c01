using System.Globalization;
using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Query.Filters;

namespace Weir.Sandbox.Store.Indexes;

/// <summary>Reads one entry of a createIndexes command.</summary>
internal static class IndexSpecification
{
    public static IndexDefinition Parse(BsonDocument specification, QueryContext context)
    {
        if (!specification.TryGetValue("key", out var key) || !key.IsDocument)
        {
            throw CommandError.FailedToParse(
                "The 'key' field is a required property of an index specification"
            );
        }

        RequireKey(key.AsDocument);
        var result = new BsonDocument { ["v"] = 2, ["key"] = key };
        result["name"] =
            specification.TryGetValue("name", out var name) && name.IsString ? name : NameOf(key.AsDocument);
        if (result["name"].AsString is "" or "*")
        {
            throw new CommandError(ErrorCodes.CannotCreateIndex, "The index name is not valid");
        }

        Filter? partial = null;
        foreach (var (option, value) in specification)
        {
            switch (option)
            {
                case "key" or "name" or "v" or "ns" or "background":
                    break;
                case "unique" or "sparse" or "hidden":
                    if (value.ToBoolean())
                    {
                        result[option] = true;
                    }

                    break;
                case "partialFilterExpression":
                    partial = FilterParser.Parse(
                        value.IsDocument
                            ? value.AsDocument
                            : throw CommandError.TypeMismatch(
                                "The 'partialFilterExpression' must be an object"
                            ),
                        context
                    );
                    result[option] = value;
                    break;
                case "expireAfterSeconds":
                    RequireExpiry(key.AsDocument, value);
                    result[option] = value;
                    break;
                case "collation":
                    Collations.RequireSimple(value.IsDocument ? value.AsDocument : null);
                    break;
                default:
                    throw CommandError.NotHere($"the index option '{option}'");
            }
        }

        return new IndexDefinition(result, partial);
    }

    private static string NameOf(BsonDocument key) =>
        string.Join(
            '_',
            key.Select(static field =>
                field.Name
                + "_"
                + (
                    field.Value.IsString
                        ? field.Value.AsString
                        : field.Value.ToInt64().ToString(CultureInfo.InvariantCulture)
                )
            )
        );

    private static void RequireKey(BsonDocument key)
    {
        if (key.Count == 0)
        {
            throw new CommandError(ErrorCodes.CannotCreateIndex, "Index keys cannot be empty.");
        }

        foreach (var (field, kind) in key)
        {
            if (field.Length == 0 || field[0] == '$' || field.StartsWith('.') || field.EndsWith('.'))
            {
                throw new CommandError(
                    ErrorCodes.CannotCreateIndex,
                    $"Index key contains an illegal field name: '{field}'"
                );
            }

            if (kind.IsString)
            {
                if (kind.AsString != "hashed")
                {
                    throw CommandError.NotHere($"indexes of the kind '{kind.AsString}'");
                }
            }
            else if (!kind.IsNumber || kind.ToDouble() == 0)
            {
                throw new CommandError(
                    ErrorCodes.CannotCreateIndex,
                    $"Values in the index key pattern must be numbers other than 0, or strings: {ValueText.Of(kind)}"
                );
            }

            if (field.Contains("$**", StringComparison.Ordinal))
            {
                throw CommandError.NotHere("wildcard indexes");
            }
        }
    }

    private static void RequireExpiry(BsonDocument key, BsonValue seconds)
    {
        if (!seconds.IsNumber || seconds.ToDouble() is < 0 or > int.MaxValue)
        {
            throw new CommandError(
                ErrorCodes.CannotCreateIndex,
                $"TTL index 'expireAfterSeconds' option must be numeric and within 0 and {int.MaxValue}"
            );
        }

        if (key.Count != 1)
        {
            throw new CommandError(
                ErrorCodes.CannotCreateIndex,
                "TTL indexes are single-field indexes, compound indexes do not support TTL."
            );
        }
    }
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Query;

namespace Weir.Sandbox.Store.Catalog;

/// <summary>The options of a create command, in and out.</summary>
internal static class CollectionOptions
{
    /// <summary>The capped limits, or null. Anything that would change what a collection does is refused.</summary>
    public static CappedLimits? Parse(BsonDocument options)
    {
        foreach (var (name, value) in options)
        {
            switch (name)
            {
                case "capped":
                case "size":
                case "max":
                case "autoIndexId":
                    break;
                case "collation":
                    Collations.RequireSimple(value.IsDocument ? value.AsDocument : null);
                    break;
                default:
                    throw CommandError.NotHere($"the create option '{name}'");
            }
        }

        if (!options.GetValueOrDefault("capped").ToBoolean())
        {
            return null;
        }

        if (!Numbers.TryWhole(options.GetValueOrDefault("size"), out var size) || size <= 0)
        {
            throw new CommandError(
                ErrorCodes.InvalidOptions,
                "the 'size' field is required when 'capped' is true"
            );
        }

        var max = Numbers.TryWhole(options.GetValueOrDefault("max"), out var documents) ? documents : 0;
        return new CappedLimits(size, Math.Max(0, max));
    }

    /// <summary>The options as listCollections shows them.</summary>
    public static BsonDocument Show(Collection collection)
    {
        var options = new BsonDocument();
        if (collection.Capped is { } capped)
        {
            options["capped"] = true;
            options["size"] = capped.Bytes;
            if (capped.Documents > 0)
            {
                options["max"] = capped.Documents;
            }
        }

        return options;
    }

    /// <summary>A collection as listCollections shows it.</summary>
    public static BsonDocument Describe(Collection collection) =>
        new()
        {
            ["name"] = collection.Name,
            ["type"] = "collection",
            ["options"] = Show(collection),
            ["info"] = new BsonDocument
            {
                ["readOnly"] = false,
                ["uuid"] = BsonBinary.FromGuid(collection.Uuid),
            },
            ["idIndex"] = Indexes.IndexDefinition.Id.Specification.Clone(),
        };
}

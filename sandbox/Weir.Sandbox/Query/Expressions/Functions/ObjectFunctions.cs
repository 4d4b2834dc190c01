using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Expressions.Functions;

/// <summary>Documents as values.</summary>
internal static class ObjectFunctions
{
    public static void AddTo(Dictionary<string, Function> table)
    {
        table["$mergeObjects"] = new(0, int.MaxValue, Merge);
        table["$objectToArray"] = new(1, 1, ToArray);
        table["$arrayToObject"] = new(1, 1, FromArray);
    }

    /// <summary>One document of all fields; the last one of a name wins. An array counts as its elements.</summary>
    public static BsonValue? Merge(BsonValue?[] values)
    {
        var merged = new BsonDocument();
        foreach (
            var value in values.Length == 1 && values[0] is { IsArray: true } only
                ? only.AsArray.Select(static v => (BsonValue?)v)
                : values
        )
        {
            if (value.IsNullish())
            {
                continue;
            }

            if (!value!.Value.IsDocument)
            {
                throw new CommandError(
                    40400,
                    $"$mergeObjects requires object inputs, but input {ValueText.Of(value.Value)} is of type {value.TypeOf()}"
                );
            }

            foreach (var (name, content) in value.Value.AsDocument)
            {
                merged[name] = content;
            }
        }

        return merged;
    }

    private static BsonValue? ToArray(BsonValue?[] values)
    {
        if (values[0].IsNullish())
        {
            return BsonValue.Null;
        }

        return values[0] is { IsDocument: true } document
            ? new BsonArray(
                document.AsDocument.Select(static field =>
                    (BsonValue)new BsonDocument { ["k"] = field.Name, ["v"] = field.Value }
                )
            )
            : throw new CommandError(
                40390,
                $"$objectToArray requires a document input, found: {values[0].TypeOf()}"
            );
    }

    private static BsonValue? FromArray(BsonValue?[] values)
    {
        if (values[0].IsNullish())
        {
            return BsonValue.Null;
        }

        if (values[0] is not { IsArray: true } array)
        {
            throw new CommandError(
                40386,
                $"$arrayToObject requires an array input, found: {values[0].TypeOf()}"
            );
        }

        var document = new BsonDocument();
        foreach (var element in array.AsArray)
        {
            var (key, value) =
                element.IsArray && element.AsArray.Count == 2 ? (element.AsArray[0], element.AsArray[1])
                : element.IsDocument && element.AsDocument.Count == 2
                    ? (element.AsDocument.GetValueOrDefault("k"), element.AsDocument.GetValueOrDefault("v"))
                : throw new CommandError(
                    40398,
                    "Unrecognised input type format for $arrayToObject: pairs, or documents of k and v, are expected"
                );
            document[
                key.IsString
                    ? key.AsString
                    : throw new CommandError(40394, "$arrayToObject requires an object keys of type string")
            ] = value;
        }

        return document;
    }
}

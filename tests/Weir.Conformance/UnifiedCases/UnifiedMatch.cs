using Weir.Protocol.Bson;
using Weir.Protocol.Json;

namespace Weir.Conformance.UnifiedCases;

/// <summary>Compares values as the unified test format says ("Evaluating matches").</summary>
internal sealed class UnifiedMatch(UnifiedEntities entities)
{
    /// <summary>Why they do not match; null when they do. An absent actual value is null.</summary>
    public string? Difference(BsonValue expected, BsonValue? actual, bool isRoot, string path = "$")
    {
        if (
            expected.IsDocument
            && expected.AsDocument is { Count: 1 } special
            && special[0].Name.StartsWith("$$", StringComparison.Ordinal)
        )
        {
            return Special(special[0], actual, isRoot, path);
        }
        if (actual is not { } value)
        {
            return $"{path} is missing, {expected} was expected";
        }
        if (expected.IsDocument)
        {
            return value.IsDocument
                ? Documents(expected.AsDocument, value.AsDocument, isRoot, path)
                : $"{path} is {value} and no document";
        }
        if (expected.IsArray)
        {
            return value.IsArray
                ? Arrays(expected.AsArray, value.AsArray, isRoot, path)
                : $"{path} is {value} and no array";
        }
        var isSame =
            expected.IsNumber && value.IsNumber
                ? expected.ToDouble().Equals(value.ToDouble())
                : expected.Equals(value);
        return isSame ? null : $"{path} is {value}, {expected} was expected";
    }

    private string? Documents(BsonDocument expected, BsonDocument actual, bool isRoot, string path)
    {
        foreach (var (name, value) in expected)
        {
            BsonValue? found = actual.TryGetValue(name, out var present) ? present : default(BsonValue?);
            if (Difference(value, found, false, $"{path}.{name}") is { } difference)
            {
                return difference;
            }
        }
        return isRoot
            ? null
            : actual
                .Names.Where(name => !expected.Contains(name))
                .Select(name => $"{path}.{name} was not expected")
                .FirstOrDefault();
    }

    private string? Arrays(BsonArray expected, BsonArray actual, bool isRoot, string path)
    {
        if (expected.Count != actual.Count)
        {
            return $"{path} has {actual.Count} elements, {expected.Count} were expected";
        }
        for (var i = 0; i < expected.Count; i++)
        {
            if (Difference(expected[i], actual[i], isRoot, $"{path}[{i}]") is { } difference)
            {
                return difference;
            }
        }
        return null;
    }

    private string? Special(BsonElement op, BsonValue? actual, bool isRoot, string path)
    {
        var (name, operand) = op;
        switch (name)
        {
            case "$$exists":
                return actual is not null == operand.AsBoolean
                    ? null
                    : $"{path} {(operand.AsBoolean ? "is missing" : "was not expected")}";
            case "$$unsetOrMatches":
                return actual is null ? null : Difference(operand, actual, isRoot, path);
            case "$$type":
                var names = operand.IsArray ? operand.AsArray.Select(n => n.AsString) : [operand.AsString];
                return actual is { } typed && names.Any(n => IsOf(typed, n))
                    ? null
                    : $"{path} is {actual}, one of the types {operand} was expected";
            case "$$matchesEntity":
                return Difference(entities.Value(operand.AsString), actual, isRoot, path);
            case "$$sessionLsid":
                return Difference(entities.Session(operand.AsString).Session.Id, actual, isRoot, path);
            case "$$matchesHexBytes":
                return
                    actual is { Type: BsonType.Binary } bytes
                    && Convert
                        .ToHexString(bytes.AsBinary.Bytes.Span)
                        .Equals(operand.AsString, StringComparison.OrdinalIgnoreCase)
                    ? null
                    : $"{path} is {actual}, the bytes {operand} were expected";
            case "$$matchAsDocument":
                return actual is { IsString: true } json
                    ? Difference(operand, ExtendedJson.Parse(json.AsString), false, path)
                    : $"{path} is no string";
            case "$$matchAsRoot":
                return Difference(operand, actual, true, path);
            case "$$lte":
                return actual is { IsNumber: true } number && number.ToDouble() <= operand.ToDouble()
                    ? null
                    : $"{path} is {actual}, at most {operand} was expected";
            default:
                throw new InvalidDataException($"{path}: the operator {name} is unknown to the runner");
        }
    }

    private static bool IsOf(BsonValue value, string name) =>
        value.Type
        == name switch
        {
            "double" => BsonType.Double,
            "string" => BsonType.String,
            "object" => BsonType.Document,
            "array" => BsonType.Array,
            "binData" => BsonType.Binary,
            "undefined" => BsonType.Undefined,
            "objectId" => BsonType.ObjectId,
            "bool" => BsonType.Boolean,
            "date" => BsonType.DateTime,
            "null" => BsonType.Null,
            "regex" => BsonType.RegularExpression,
            "javascript" => BsonType.JavaScript,
            "int" => BsonType.Int32,
            "timestamp" => BsonType.Timestamp,
            "long" => BsonType.Int64,
            "decimal" => BsonType.Decimal128,
            "minKey" => BsonType.MinKey,
            "maxKey" => BsonType.MaxKey,
            _ => throw new InvalidDataException($"the type {name} is unknown to the runner"),
        };
}

using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Filters;

/// <summary>The types as $type names them, by alias or number.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<string, BsonType> byName = Enum.GetValues<BsonType>()
        .Where(static type => type != BsonType.EndOfDocument)
        .ToDictionary(ValueText.TypeName);

    public static void Add(ISet<BsonType> types, BsonValue name)
    {
        if (name.IsString)
        {
            if (name.AsString == "number")
            {
                types.UnionWith([BsonType.Int32, BsonType.Int64, BsonType.Double, BsonType.Decimal128]);
                return;
            }

            types.Add(
                byName.TryGetValue(name.AsString, out var named)
                    ? named
                    : throw CommandError.BadValue($"Unknown type name alias: {name.AsString}")
            );
            return;
        }

        if (!name.IsNumber)
        {
            throw CommandError.TypeMismatch("type must be represented as a number or a string");
        }

        var known =
            Numbers.TryWhole(name, out var code) && (code == -1 || byName.ContainsValue((BsonType)code));
        types.Add(
            known
                ? code == -1
                    ? BsonType.MinKey
                    : (BsonType)code
                : throw CommandError.BadValue($"Invalid numerical type code: {ValueText.Of(name)}")
        );
    }
}

using Weir.Protocol.Bson;

namespace Weir.Sync.Sources.MongoDb;

/// <summary>
/// The kinds of <c>_id</c> in the order in which MongoDB sorts them. A comparison in a query sees one kind only
/// (type bracketing), so that ranges never span two.
/// </summary>
internal static class IdBracket
{
    /// <summary>The name, as <c>$type</c> takes it.</summary>
    public static readonly string[] InOrder =
    [
        "minKey",
        "null",
        "number",
        "string",
        "object",
        "array",
        "binData",
        "objectId",
        "bool",
        "date",
        "timestamp",
        "regex",
        "maxKey",
    ];

    public static int IndexOf(BsonValue id)
    {
        var name = id.Type switch
        {
            BsonType.MinKey => "minKey",
            BsonType.Null or BsonType.Undefined => "null",
            BsonType.Int32 or BsonType.Int64 or BsonType.Double or BsonType.Decimal128 => "number",
            BsonType.String or BsonType.Symbol => "string",
            BsonType.Document => "object",
            BsonType.Array => "array",
            BsonType.Binary => "binData",
            BsonType.ObjectId => "objectId",
            BsonType.Boolean => "bool",
            BsonType.DateTime => "date",
            BsonType.Timestamp => "timestamp",
            BsonType.RegularExpression => "regex",
            _ => "maxKey",
        };
        return Array.IndexOf(InOrder, name);
    }

    /// <summary>Whether a value has its place outside of all comparisons: it is a part of its own.</summary>
    public static bool IsAlone(BsonValue id) =>
        id.Type is BsonType.MinKey or BsonType.MaxKey or BsonType.Null
        || id is { IsDouble: true, AsDouble: double.NaN };

    /// <summary>The filter for a whole kind.</summary>
    public static BsonDocument Filter(string name)
    {
        BsonValue types = name == "string" ? new BsonArray { "string", "symbol" } : name;
        return new BsonDocument { ["_id"] = new BsonDocument { ["$type"] = types } };
    }
}

using Weir.Protocol.Bson;

namespace Weir.Sync.Sources.MongoDb;

/// <summary>A range of one kind of <c>_id</c>: a part of a collection.</summary>
/// <param name="Bracket">The kind, as <see cref="IdBracket"/> names it.</param>
/// <param name="From">The first <c>_id</c>, included; unset: the kind's first.</param>
/// <param name="To">The last <c>_id</c>, excluded; unset: to the kind's end.</param>
/// <param name="Only">The one <c>_id</c> that it holds.</param>
internal sealed record IdRange(string Bracket, BsonValue? From, BsonValue? To, BsonValue? Only = null)
{
    /// <summary>Stands for the kind where there is only one.</summary>
    public const string Whole = "all";

    public static IdRange Parse(BsonDocument part) =>
        new(part["ids"].AsString, Get(part, "from"), Get(part, "to"), Get(part, "only"));

    public BsonDocument ToPart()
    {
        var part = new BsonDocument { ["ids"] = Bracket };
        Set(part, "from", From);
        Set(part, "to", To);
        Set(part, "only", Only);
        return part;
    }

    /// <summary>The filter for what comes after an <c>_id</c>, or for the whole range.</summary>
    public BsonDocument Filter(BsonValue? after)
    {
        if (Only is { } only)
        {
            // Equality with null would match documents without the field; there are none.
            return new BsonDocument { ["_id"] = new BsonDocument { ["$in"] = new BsonArray { only } } };
        }
        var bounds = new BsonDocument();
        if (after is { } last)
        {
            bounds["$gt"] = last;
        }
        else if (From is { } first)
        {
            bounds["$gte"] = first;
        }
        if (To is { } end)
        {
            bounds["$lt"] = end;
        }
        if (bounds.Count > 0)
        {
            return new BsonDocument { ["_id"] = bounds };
        }
        return Bracket == Whole ? [] : IdBracket.Filter(Bracket);
    }

    private static BsonValue? Get(BsonDocument part, string name) =>
        part.TryGetValue(name, out var value) ? value : (BsonValue?)null;

    private static void Set(BsonDocument part, string name, BsonValue? value)
    {
        if (value is { } there)
        {
            part[name] = there;
        }
    }
}

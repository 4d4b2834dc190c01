using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Updates;

/// <summary>The document becomes another one; only its _id stays.</summary>
internal sealed class Replacement(BsonDocument replacement) : DocumentUpdate
{
    public override BsonDocument Apply(BsonDocument document, int? matchedIndex, bool isInsert)
    {
        var result = new BsonDocument(replacement.Count + 1);
        var given = replacement.TryGetValue("_id", out var wanted);
        if (document.TryGetValue("_id", out var id))
        {
            // An _id that compares equal keeps the type it was stored with; another one is found out by the caller.
            result.Add("_id", given && !BsonOrder.Same(id, wanted) ? wanted : id);
        }
        else if (given)
        {
            result.Add("_id", wanted);
        }

        foreach (var (name, value) in replacement)
        {
            if (name != "_id")
            {
                result.Add(name, value.Clone());
            }
        }

        return result;
    }
}

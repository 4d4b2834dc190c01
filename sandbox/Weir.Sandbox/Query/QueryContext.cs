using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query;

/// <summary>What a query may know beside the documents: the time, its variables, and other collections for $lookup.</summary>
internal sealed class QueryContext
{
    private static readonly Dictionary<string, BsonValue> none = [];

    public static QueryContext Plain { get; } = new();

    /// <summary>The moment the command began: $$NOW is the same in the whole command.</summary>
    public BsonValue Now { get; init; } = BsonValue.FromMillisecondsSinceEpoch(0);

    /// <summary>The command's <c>let</c>.</summary>
    public IReadOnlyDictionary<string, BsonValue> Variables { get; init; } = none;

    /// <summary>Reads a collection of the same database; null where there is none to read.</summary>
    public Func<string, IEnumerable<BsonDocument>>? ReadCollection { get; init; }

    /// <summary>The same with these variables, over those that there are.</summary>
    public QueryContext With(IReadOnlyDictionary<string, BsonValue> variables)
    {
        var all = new Dictionary<string, BsonValue>(Variables, StringComparer.Ordinal);
        foreach (var (name, value) in variables)
        {
            all[name] = value;
        }

        return new QueryContext
        {
            Now = Now,
            Variables = all,
            ReadCollection = ReadCollection,
        };
    }

    /// <summary>The same with a way to other collections.</summary>
    public QueryContext Reading(Func<string, IEnumerable<BsonDocument>> read) =>
        new()
        {
            Now = Now,
            Variables = Variables,
            ReadCollection = read,
        };
}

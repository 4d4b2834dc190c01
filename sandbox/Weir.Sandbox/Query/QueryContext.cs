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

    /// <summary>Writes a pipeline's results to a collection ($out, $merge); null where that is not allowed.</summary>
    public Action<string, string, IEnumerable<BsonDocument>>? Replace { get; init; }
}

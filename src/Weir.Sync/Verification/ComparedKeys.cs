using Weir.Protocol.Bson;

namespace Weir.Sync.Verification;

/// <summary>How far a comparison key by key is: kept after every chunk, to be gone on with.</summary>
/// <param name="Parts">The source's parts.</param>
/// <param name="Part">The part that is read; as many as there are: all are.</param>
/// <param name="Position">Where its reader goes on.</param>
/// <param name="Source">Records of the source so far, each key once a page.</param>
/// <param name="Found">Those that the destination has.</param>
/// <param name="Differences">What differs so far.</param>
internal sealed record ComparedKeys(
    IReadOnlyList<BsonDocument> Parts,
    int Part,
    BsonDocument? Position,
    long Source,
    long Found,
    Differences Differences
)
{
    private const string PartsField = "parts";

    /// <summary><see langword="null"/>: what is kept is of another kind.</summary>
    public static ComparedKeys? Parse(BsonDocument state, int named) =>
        state.GetValueOrDefault(PartsField) is { IsArray: true } parts
            ? new(
                [.. parts.AsArray.Select(p => p.AsDocument)],
                state["part"].ToInt32(),
                state["position"] is { IsDocument: true } position ? position.AsDocument : null,
                state["source"].ToInt64(),
                state["found"].ToInt64(),
                Differences.Parse(state["differences"].AsDocument, named)
            )
            : null;

    /// <summary>What changes from chunk to chunk.</summary>
    public BsonDocument Fields() =>
        new()
        {
            ["part"] = Part,
            ["position"] = Position is { } position ? position : BsonValue.Null,
            ["source"] = Source,
            ["found"] = Found,
            ["differences"] = Differences.ToBson(),
        };

    public BsonDocument ToBson() =>
        new(Fields()) { [PartsField] = new BsonArray(Parts.Select(p => (BsonValue)p)) };
}

using Weir.Protocol.Bson;
using Weir.Sync.Leases;

namespace Weir.Sync.Sources.MongoDb;

/// <summary>Splits a collection into ranges of <c>_id</c>, by the kinds that there are and by sampling.</summary>
internal sealed class MongoSplitter(LeasedCollection collection, MongoQuery query)
{
    private const int SamplesPerPart = 20;

    private static readonly BsonDocument s_all = [];

    /// <summary>Ranges that together hold every document once; none when there is none.</summary>
    /// <param name="parts">About how many.</param>
    /// <param name="isOneWhole">Whether a single range is left without its kind, which reads faster.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<IReadOnlyList<IdRange>> SplitAsync(
        int parts,
        bool isOneWhole,
        CancellationToken cancellationToken
    )
    {
        if (
            await EdgeAsync(s_all, MongoQuery.ById, cancellationToken) is not { } first
            || await EdgeAsync(s_all, MongoQuery.ByIdDown, cancellationToken) is not { } last
        )
        {
            return [];
        }
        var samples = parts > 1 ? await SampleAsync(parts, cancellationToken) : [];
        var ranges = new List<IdRange>();
        var (lowest, highest) = (IdBracket.IndexOf(first), IdBracket.IndexOf(last));
        for (var bracket = lowest; bracket <= highest; bracket++)
        {
            var name = IdBracket.InOrder[bracket];
            var isKnown = bracket == lowest || bracket == highest;
            var edge = bracket == lowest ? first : last;
            if (!isKnown || name == "number")
            {
                var found = await EdgeAsync(IdBracket.Filter(name), MongoQuery.ById, cancellationToken);
                if (found is not { } there)
                {
                    continue;
                }
                edge = there;
            }
            AddBracket(ranges, bracket, edge, samples);
        }
        return isOneWhole && ranges is [{ Only: null }] ? [new IdRange(IdRange.Whole, null, null)] : ranges;
    }

    private static void AddBracket(
        List<IdRange> ranges,
        int bracket,
        BsonValue edge,
        List<BsonValue> boundaries
    )
    {
        var name = IdBracket.InOrder[bracket];
        if (IdBracket.IsAlone(edge))
        {
            ranges.Add(new IdRange(name, null, null, edge));
            if (name != "number")
            {
                return;
            }
        }
        BsonValue? from = null;
        foreach (
            var boundary in boundaries.Where(b => IdBracket.IndexOf(b) == bracket && !IdBracket.IsAlone(b))
        )
        {
            ranges.Add(new IdRange(name, from, boundary));
            from = boundary;
        }
        // A whole kind of numbers is asked for by comparison, which leaves NaN to its own part.
        BsonValue? start = from is null && name == "number" ? double.NegativeInfinity : from;
        ranges.Add(new IdRange(name, start, null));
    }

    private async ValueTask<List<BsonValue>> SampleAsync(int parts, CancellationToken cancellationToken)
    {
        var ids = new List<BsonValue>();
        await using (
            var cursor = await collection.OpenAsync(
                query.Sample(parts * SamplesPerPart),
                null,
                null,
                cancellationToken
            )
        )
        {
            while (await cursor.NextAsync(cancellationToken) is { } document)
            {
                // A sample may have a document twice.
                if (ids.Count == 0 || ids[^1] != document["_id"])
                {
                    ids.Add(document["_id"]);
                }
            }
        }
        var boundaries = new List<BsonValue>();
        for (var i = 1; i < parts && ids.Count > parts; i++)
        {
            boundaries.Add(ids[(int)((long)i * ids.Count / parts)]);
        }
        return boundaries;
    }

    private async ValueTask<BsonValue?> EdgeAsync(
        BsonDocument filter,
        BsonDocument sort,
        CancellationToken cancellationToken
    )
    {
        var command = query.Command(filter, sort, limit: 1, projection: MongoQuery.ById);
        await using var cursor = await collection.OpenAsync(command, null, null, cancellationToken);
        return await cursor.NextAsync(cancellationToken) is { } document ? document["_id"] : (BsonValue?)null;
    }
}

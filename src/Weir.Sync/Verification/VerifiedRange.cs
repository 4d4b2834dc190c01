using Weir.Protocol.Bson;
using Weir.Sync.Sources.MongoDb;

namespace Weir.Sync.Verification;

/// <summary>A range, and what both sides hold of it once they were read.</summary>
internal sealed record VerifiedRange(IdRange Range, RangeHash? Source, RangeHash? Destination)
{
    public static VerifiedRange Parse(BsonDocument state) =>
        new(
            IdRange.Parse(state["range"].AsDocument),
            state.GetValueOrDefault("source") is { IsDocument: true } source
                ? RangeHash.Parse(source.AsDocument)
                : null,
            state.GetValueOrDefault("destination") is { IsDocument: true } destination
                ? RangeHash.Parse(destination.AsDocument)
                : null
        );

    public BsonDocument ToBson() =>
        new()
        {
            ["range"] = Range.ToPart(),
            ["source"] = Source?.ToBson(),
            ["destination"] = Destination?.ToBson(),
        };
}

using Weir.Protocol.Bson;

namespace Weir.Samples.Journal.Entries;

/// <summary>What somebody told on a day.</summary>
public sealed record Entry(
    string Id,
    string Person,
    string Day,
    string Prompt,
    string Text,
    DateTime Completed
)
{
    internal static Entry From(BsonDocument document) =>
        new(
            document["_id"].AsString,
            document["person"].AsString,
            document["day"].AsString,
            document["prompt"].AsString,
            document["text"].AsString,
            document["completed"].AsDateTime
        );
}

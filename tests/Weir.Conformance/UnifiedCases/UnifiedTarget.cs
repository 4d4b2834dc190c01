using Weir.Pooling.Selection;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>A database, or a collection in it, with the concerns that hold there.</summary>
internal sealed record UnifiedTarget(UnifiedClient Client, string Database, string? Collection)
{
    public BsonDocument? ReadConcern { get; init; }

    public BsonDocument? WriteConcern { get; init; }

    public ReadPreference? ReadPreference { get; init; }

    public UnifiedTarget With(BsonValue options, string where)
    {
        if (!options.IsDocument)
        {
            return this;
        }
        var document = options.AsDocument;
        Known.Fields(document, where, "readConcern", "writeConcern", "readPreference");
        return this with
        {
            ReadConcern = document.TryGetValue("readConcern", out var read) ? read.AsDocument : ReadConcern,
            WriteConcern = document.TryGetValue("writeConcern", out var write)
                ? write.AsDocument
                : WriteConcern,
            ReadPreference = document.TryGetValue("readPreference", out var preference)
                ? Parse(preference.AsDocument)
                : ReadPreference,
        };
    }

    public static ReadPreference Parse(BsonDocument document)
    {
        Known.Fields(document, "readPreference", "mode", "tagSets", "maxStalenessSeconds", "hedge");
        var mode = document["mode"].AsString;
        var wire = new BsonDocument { ["mode"] = char.ToLowerInvariant(mode[0]) + mode[1..] };
        foreach (var (name, value) in document)
        {
            if (name != "mode")
            {
                wire[name == "tagSets" ? "tags" : name] = value;
            }
        }
        return ReadPreferenceParser.Parse(wire);
    }
}

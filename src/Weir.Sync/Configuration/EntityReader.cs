using Weir.Protocol.Bson;
using Weir.Sync.Jobs;
using Weir.Sync.Sources;

namespace Weir.Sync.Configuration;

/// <summary>Reads one entity of a job, and says where it and the job's mode or source do not go together.</summary>
internal static class EntityReader
{
    public static SyncEntity Read(ConfigSection section, string name, SyncMode mode, SourceSettings? source)
    {
        var pipeline = section.Value("pipeline");
        if (pipeline is { IsArray: false })
        {
            section.Error("pipeline", "must be a list of stages");
            pipeline = null;
        }
        var from = section.Text("from") ?? name;
        var entity = new SyncEntity
        {
            Name = name,
            From = from,
            Into = section.Text("into") ?? name,
            Key = section.Texts("key") ?? ["_id"],
            Filter = section.Document("filter"),
            Pipeline = pipeline?.AsArray,
            Query = section.Text("query"),
            OrderBy = section.Texts("orderBy"),
            Transforms = TransformReader.Read(section),
            Watermark = ReadWatermark(section),
            Deletes = ReadDeletes(section),
        };
        section.End(
            "from",
            "into",
            "key",
            "filter",
            "pipeline",
            "query",
            "orderBy",
            "transforms",
            "watermark",
            "deletes"
        );
        Check(section, entity, mode);
        source?.Check(entity, mode, (key, message) => section.Error(key, message));
        return entity;
    }

    private static void Check(ConfigSection section, SyncEntity entity, SyncMode mode)
    {
        if (entity.Key.FirstOrDefault(k => k.Contains('.')) is { } nested)
        {
            section.Error("key", $"'{nested}' is within a document: a key is of top-level fields");
        }
        if (mode == SyncMode.Follow && entity.Transforms.Any(t => t.Touches("_id")))
        {
            section.Error("transforms", "must leave _id alone in follow mode: a deletion tells nothing else");
        }
        // With columns of its own to look keys up by, a PostgreSQL source does not go by the key's names.
        if (
            entity is { Deletes.Compare: true, OrderBy: null }
            && entity.Key.Any(k => entity.Transforms.Any(t => t.Touches(k)))
        )
        {
            section.Error("deletes", "'compare' needs a key that transforms leave alone");
        }
        if (mode == SyncMode.Incremental && entity.Watermark is null)
        {
            section.Error("watermark", "is missing: an incremental job goes by one");
        }
        if (mode != SyncMode.Incremental && entity.Watermark is not null)
        {
            section.Error("watermark", "is for incremental jobs");
        }
        if (mode != SyncMode.Incremental && entity.Deletes is not null)
        {
            section.Error("deletes", "is for incremental jobs: the other modes see deletes by themselves");
        }
        if (entity.Into.StartsWith("system.", StringComparison.Ordinal) || entity.Into.Contains('$'))
        {
            section.Error("into", $"'{entity.Into}' is no name for a collection");
        }
    }

    private static Watermark? ReadWatermark(ConfigSection section)
    {
        if (section.Take("watermark") is not { } node)
        {
            return null;
        }
        if (node is { Kind: ConfigKind.Text, Text.Length: > 0 })
        {
            return new Watermark(node.Text, Watermark.DefaultOverlap, 0);
        }
        var inner = section.Inside("watermark", node);
        var field = inner.RequiredText("field");
        var number = inner.Take("overlap");
        var overlap = Watermark.DefaultOverlap;
        var numberOverlap = 0d;
        if (number is { Kind: ConfigKind.Number })
        {
            numberOverlap = double.Parse(number.Text, System.Globalization.CultureInfo.InvariantCulture);
        }
        else if (number is not null && !Durations.TryParse(number.Text, out overlap))
        {
            inner.Error(
                "overlap",
                $"must be a duration such as 5m, or a number, is {number.Shown}",
                number.Line
            );
        }
        inner.End("field", "overlap");
        return new Watermark(field, overlap, numberOverlap);
    }

    private static Deletes? ReadDeletes(ConfigSection section)
    {
        if (section.Take("deletes") is not { } node)
        {
            return null;
        }
        if (node is { Kind: ConfigKind.Text, Text: "compare" })
        {
            return new Deletes(null, null, Compare: true);
        }
        if (node.Kind == ConfigKind.Text)
        {
            section.Error("deletes", "must be 'compare' or { tombstone: FIELD, equals: VALUE }", node.Line);
            return null;
        }
        var inner = section.Inside("deletes", node);
        BsonValue? value = inner.Has("equals") ? inner.Value("equals") : null;
        var deletes = new Deletes(inner.RequiredText("tombstone"), value, Compare: false);
        inner.End("tombstone", "equals");
        return deletes;
    }
}

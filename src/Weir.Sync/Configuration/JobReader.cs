using Weir.Sync.Jobs;
using Weir.Sync.Schedules;
using Weir.Sync.Sources;

namespace Weir.Sync.Configuration;

/// <summary>Reads one job.</summary>
internal static class JobReader
{
    public static SyncJob? Read(
        ConfigSection section,
        string name,
        Dictionary<string, SourceSettings> sources,
        HashSet<string> destinations
    )
    {
        var line = section.Line;
        var source = section.RequiredText("source");
        if (source.Length > 0 && !sources.ContainsKey(source))
        {
            section.Error("source", $"there is no source '{source}' (or it has errors)");
        }
        var destination = section.RequiredText("destination");
        if (destination.Length > 0 && !destinations.Contains(destination))
        {
            section.Error("destination", $"there is no destination '{destination}'");
        }
        var mode = section.Choice<SyncMode>("mode") ?? SyncMode.Full;
        var settings = sources.GetValueOrDefault(source);
        var entities = ReadEntities(section, mode, settings).ToList();
        var job = new SyncJob
        {
            Name = name,
            Source = settings!,
            Destination = destination,
            Database = section.RequiredText("database"),
            Mode = mode,
            Entities = entities,
            Schedule = ReadSchedule(section),
        };
        job = job with
        {
            ChunkSize = (int)(section.Integer("chunkSize", 1, 100_000) ?? job.ChunkSize),
            ChunkBytes = (int)(section.Integer("chunkBytes", 1 << 10, 32 << 20) ?? job.ChunkBytes),
            Concurrency = (int)(section.Integer("concurrency", 1, 64) ?? job.Concurrency),
            RetryFor = section.Duration("retryFor") ?? job.RetryFor,
            MaxRefused = section.Integer("maxRefused", 0, long.MaxValue) ?? job.MaxRefused,
        };
        section.End(
            "source",
            "destination",
            "database",
            "mode",
            "entities",
            "schedule",
            "chunkSize",
            "chunkBytes",
            "concurrency",
            "retryFor",
            "maxRefused"
        );
        foreach (var twice in entities.GroupBy(e => e.Into).Where(g => g.Count() > 1))
        {
            section.Error("entities", $"more than one entity goes into '{twice.Key}'", line);
        }
        return settings is null ? null : job;
    }

    private static IEnumerable<SyncEntity> ReadEntities(
        ConfigSection section,
        SyncMode mode,
        SourceSettings? source
    )
    {
        foreach (var member in section.Members("entities"))
        {
            yield return EntityReader.Read(
                section.Inside($"entities.{member.Name}", Filled(member.Value)),
                member.Name,
                mode,
                source
            );
        }
    }

    // "customers:" with nothing after it is an entity whose every option is the default.
    private static ConfigNode Filled(ConfigNode node) =>
        node.Kind == ConfigKind.Null ? new ConfigNode(ConfigKind.Mapping, node.Line, "", [], []) : node;

    private static Schedule? ReadSchedule(ConfigSection section)
    {
        try
        {
            return section.Text("schedule") is { } text ? Schedule.Parse(text) : null;
        }
        catch (FormatException e)
        {
            section.Error("schedule", e.Message);
            return null;
        }
    }
}

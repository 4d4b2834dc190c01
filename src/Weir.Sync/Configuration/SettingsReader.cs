using Weir.Pooling.ConnectionStrings;
using Weir.Sync.Jobs;
using Weir.Sync.Sources;

namespace Weir.Sync.Configuration;

/// <summary>Reads the file's top level: destinations, sources, limits, and through <see cref="JobReader"/> the jobs.</summary>
internal static class SettingsReader
{
    /// <summary>The keys of the top level.</summary>
    public static readonly string[] Keys = ["destinations", "sources", "jobs", "limits"];

    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(5);

    public static SyncSettings Read(ConfigSection root)
    {
        var destinations = root.Members("destinations").Select(m => ReadDestination(root, m)).ToList();
        var sources = root.Members("sources")
            .Select(m => SourceReader.Read(root.Inside($"sources.{m.Name}", m.Value), m.Name))
            .OfType<SourceSettings>()
            .ToDictionary(s => s.Name, StringComparer.Ordinal);
        var names = destinations.Select(d => d.Name).ToHashSet(StringComparer.Ordinal);
        var jobs = root.Members("jobs")
            .Select(m => JobReader.Read(root.Inside($"jobs.{m.Name}", m.Value), m.Name, sources, names))
            .OfType<SyncJob>()
            .ToList();
        CheckTargets(root, jobs);
        var settings = new SyncSettings { Destinations = destinations, Jobs = jobs };
        if (root.Section("limits") is { } limits)
        {
            settings = settings with
            {
                BufferedBytes =
                    limits.Integer("bufferedBytes", 16L << 20, 1L << 40) ?? settings.BufferedBytes,
                Entities = (int)(limits.Integer("entities", 1, 1000) ?? settings.Entities),
                Lease = limits.Duration("lease") ?? settings.Lease,
            };
            if (settings.Lease < TimeSpan.FromSeconds(1))
            {
                limits.Error("lease", "must be 1s at least");
            }
            limits.End("bufferedBytes", "entities", "lease");
        }
        root.End(Keys);
        return settings;
    }

    // Within a job it is the job's own error.
    private static void CheckTargets(ConfigSection root, List<SyncJob> jobs)
    {
        var targets =
            from job in jobs
            from collection in job.Entities.Select(e => e.Into).Distinct()
            group job.Name by $"{job.Destination}:{job.Database}.{collection}";
        foreach (var target in targets.Where(t => t.Count() > 1))
        {
            root.Error("jobs", $"{string.Join(", ", target)} go into the same collection, {target.Key}");
        }
    }

    private static DestinationSettings ReadDestination(ConfigSection root, ConfigMember member)
    {
        var path = $"destinations.{member.Name}";
        var node = member.Value;
        if (node.Kind == ConfigKind.Text)
        {
            // The short form: just the connection string.
            var uri = new ConfigMember("uri", member.Line, node);
            node = new ConfigNode(ConfigKind.Mapping, node.Line, "", [uri], []);
        }
        var section = root.Inside(path, node);
        var destination = new DestinationSettings(
            member.Name,
            ReadUri(section),
            section.Duration("idle") ?? s_idle
        );
        section.End("uri", "idle");
        return destination;
    }

    /// <summary>The connection string under <c>uri</c>, an error noted where it cannot be read.</summary>
    internal static string ReadUri(ConfigSection section)
    {
        var text = section.RequiredText("uri");
        try
        {
            if (text.Length > 0)
            {
                ConnectionString.Parse(text);
            }
        }
        catch (ConnectionStringException e)
        {
            section.Error("uri", e.Message);
        }
        return text;
    }
}

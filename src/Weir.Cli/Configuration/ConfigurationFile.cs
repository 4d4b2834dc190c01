using System.Net;
using System.Text.Json;

namespace Weir.Cli.Configuration;

/// <summary>Reads <c>weir.json</c>; docs/configuration.md describes it.</summary>
internal static class ConfigurationFile
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <exception cref="ConfigurationException">It is missing, is not JSON, or has errors: all of them.</exception>
    public static WeirConfiguration Load(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(path, [$"cannot be read: {error.Message}"]);
        }
    }

    public static WeirConfiguration Parse(string source, string text)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, Lenient);
        }
        catch (JsonException error)
        {
            var line = (error.LineNumber ?? 0) + 1;
            throw new ConfigurationException(
                source,
                [$"line {line}: is not JSON: {FirstSentence(error.Message)}"]
            );
        }

        using (document)
        {
            var errors = new List<string>();
            var configuration = Read(new JsonSection(document.RootElement, "", errors));
            ConfigurationCheck.Check(configuration, errors);
            return errors.Count == 0 ? configuration : throw new ConfigurationException(source, errors);
        }
    }

    private static WeirConfiguration Read(JsonSection root)
    {
        var configuration = new WeirConfiguration
        {
            Upstreams = [.. root.Sections("upstreams").Select(ReadUpstream)],
            Listeners = [.. root.Sections("listeners").Select(ReadListener)],
            Limits = root.TryTake("limits", out var limits)
                ? ReadLimits(root.Section("limits", limits))
                : new(),
            Drain = TimeSpan.FromSeconds(root.Integer("drainSeconds", 0, 3600, 30)),
        };
        root.End("upstreams", "listeners", "limits", "drainSeconds");
        return configuration;
    }

    private static UpstreamConfiguration ReadUpstream(JsonSection section)
    {
        var upstream = new UpstreamConfiguration(
            section.RequiredString("name"),
            section.RequiredString("uri")
        );
        section.End("name", "uri");
        return upstream;
    }

    private static ListenerConfiguration ReadListener(JsonSection section)
    {
        var listener = new ListenerConfiguration(
            ReadAddress(section, "listen"),
            section.RequiredString("upstream")
        )
        {
            ReplicaSet = section.String("replicaSet"),
            MaxClients = (int)section.Integer("maxClients", 1, 1_000_000, 20_000),
            AllowAnonymous = section.Boolean("allowAnonymous"),
        };
        section.End("listen", "upstream", "replicaSet", "maxClients", "allowAnonymous");
        return listener;
    }

    private static LimitsConfiguration ReadLimits(JsonSection section)
    {
        var limits = new LimitsConfiguration
        {
            BufferedBytes = section.Integer("bufferedBytes", 64L << 20, 1L << 40, 256L << 20),
            WaitQueue = (int)section.Integer("waitQueue", 1, 1_000_000, 10_000),
        };
        section.End("bufferedBytes", "waitQueue");
        return limits;
    }

    private static EndPoint ReadAddress(JsonSection section, string key)
    {
        var text = section.RequiredString(key);
        if (text.Length == 0)
        {
            return new IPEndPoint(IPAddress.Loopback, 0);
        }

        if (ListenAddress.TryParse(text, out var endPoint, out var reason))
        {
            return endPoint;
        }

        section.Error(key, reason);
        return new IPEndPoint(IPAddress.Loopback, 0);
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..(end + 1)];
    }
}

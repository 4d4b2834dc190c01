using System.Text.Json;
using Weir.Cli.Users;
using Weir.Proxy;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Cli.Configuration;

/// <summary>Reads <c>weir.json</c>; docs/configuration.md describes it.</summary>
internal static class ConfigurationFile
{
    private const int DefaultWaitQueue = 10_000;

    private static readonly ProxyLimits DefaultLimits = new();

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
            var errors = new ConfigurationErrors(source);
            var configuration = Read(new JsonSection(document.RootElement, "", errors), source, errors);
            foreach (var error in configuration.Proxy.Validate())
            {
                errors.AddUnlessKnown(error);
            }

            return errors.Any ? throw errors.ToException() : configuration;
        }
    }

    private static WeirConfiguration Read(JsonSection root, string source, ConfigurationErrors errors)
    {
        var folder = Path.GetDirectoryName(source) ?? "";
        var users = ReadUsers(root, folder);
        var (limits, waitQueue) = ReadLimits(root);
        var proxy = new ProxyOptions
        {
            Upstreams =
            [
                .. root.Sections("upstreams")
                    .Select(section => ReadUpstream(section, errors).WithWaitQueue(waitQueue)),
            ],
            Listeners =
            [
                .. root.Sections("listeners")
                    .Select(section => ReadListener(section, users is not null, folder, errors)),
            ],
            Limits = limits,
            Users = users ?? ClientUsers.None,
            PerUser = ReadLimits(root, "perUser"),
            UpstreamCredentials = CredentialReader.Read(root.Sections("credentials", optional: true)),
        };
        var drain = root.Integer("drainSeconds", 0, 3600, (long)WeirConfiguration.DefaultDrain.TotalSeconds);
        var admin = AdminReader.Read(root, errors);
        var telemetry = TelemetryReader.Read(root);
        // The jobs of weir sync, which reads them itself.
        var hasSync = root.TryTake("sync", out _);
        root.End(
            "upstreams",
            "listeners",
            "users",
            "perUser",
            "credentials",
            "limits",
            "drainSeconds",
            "admin",
            "telemetry",
            "sync"
        );
        return new WeirConfiguration(proxy, TimeSpan.FromSeconds(drain), admin, telemetry)
        {
            SyncFile = hasSync ? source : null,
        };
    }

    private static UpstreamSettings ReadUpstream(JsonSection section, ConfigurationErrors errors)
    {
        var upstream = UpstreamReader.Read(
            section.RequiredString("name"),
            section.RequiredString("uri"),
            section.PathOf("uri"),
            errors
        ) with
        {
            Attribution = ReadAttribution(section),
        };
        section.End("name", "uri", "attribution");
        return upstream;
    }

    private static Attribution ReadAttribution(JsonSection section)
    {
        switch (section.String("attribution"))
        {
            case null or "none":
                return Attribution.None;
            case "client":
                return Attribution.Client;
            case "comment":
                return Attribution.Comment;
            case var other:
                section.Error("attribution", $"\"{other}\" is none of none, client, comment");
                return Attribution.None;
        }
    }

    /// <summary>The users of the file that is named; <see langword="null"/>: none is, and nobody has to log in.</summary>
    private static ClientUsers? ReadUsers(JsonSection root, string folder)
    {
        if (root.String("users") is not { } file)
        {
            return null;
        }

        try
        {
            return UsersFile.Load(Path.Combine(folder, file));
        }
        catch (ConfigurationException error)
        {
            root.Error("users", error.Message);
            return ClientUsers.None;
        }
    }

    private static ListenerSettings ReadListener(
        JsonSection section,
        bool hasUsers,
        string folder,
        ConfigurationErrors errors
    )
    {
        var tls = section.TryTake("tls", out var element)
            ? TlsReader.Read(section.Section("tls", element), folder)
            : null;
        var listener = ListenerReader.Read(
            section.RequiredString("listen"),
            section.RequiredString("upstream"),
            section.String("replicaSet"),
            hasUsers,
            section.Boolean("allowAnonymous"),
            section.PathOf("listen"),
            errors
        ) with
        {
            Tls = tls,
            Limits = ReadLimits(section, "limits"),
            PerAddress = ReadLimits(section, "perAddress"),
            MaxClients = (int)section.Integer("maxClients", 1, 1_000_000, 20_000),
            AdminDatabase = section.String("adminDatabase") ?? "weir",
        };
        section.End(
            "listen",
            "upstream",
            "replicaSet",
            "maxClients",
            "allowAnonymous",
            "adminDatabase",
            "tls",
            "limits",
            "perAddress"
        );
        return listener;
    }

    private static ClientLimits ReadLimits(JsonSection parent, string key)
    {
        if (!parent.TryTake(key, out var element))
        {
            return ClientLimits.None;
        }

        const int Most = 1_000_000;
        var section = parent.Section(key, element);
        var limits = new ClientLimits
        {
            MaxClients = (int?)section.OptionalInteger("maxClients", 1, Most),
            ConnectionsPerSecond = (int?)section.OptionalInteger("connectionsPerSecond", 1, Most),
            RequestsPerSecond = (int?)section.OptionalInteger("requestsPerSecond", 1, Most),
        };
        section.End("maxClients", "connectionsPerSecond", "requestsPerSecond");
        return limits;
    }

    private static (ProxyLimits Limits, int WaitQueue) ReadLimits(JsonSection root)
    {
        if (!root.TryTake("limits", out var element))
        {
            return (DefaultLimits, DefaultWaitQueue);
        }

        var section = root.Section("limits", element);
        var bytes = section.Integer("bufferedBytes", 64L << 20, 1L << 40, DefaultLimits.BufferedBytes);
        var waitQueue = (int)section.Integer("waitQueue", 1, 1_000_000, DefaultWaitQueue);
        section.End("bufferedBytes", "waitQueue");
        return (DefaultLimits with { BufferedBytes = bytes }, waitQueue);
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..(end + 1)];
    }
}

using System.Net;

namespace Weir.Cli.Configuration;

/// <summary>
/// Puts together what <c>weir serve</c> is told: a configuration file, or one upstream and its listeners from the
/// command line. The command line wins over the environment.
/// </summary>
internal static class ServeSettings
{
    private const string DefaultListen = "127.0.0.1:27018";
    private const string DefaultFile = "weir.json";
    private const string UpstreamName = "default";

    /// <exception cref="ConfigurationException">There is nothing to serve, or what there is has errors.</exception>
    public static WeirConfiguration From(
        string? file,
        IReadOnlyList<string> listen,
        string? upstream,
        string? replicaSet,
        bool allowAnonymous
    )
    {
        file ??= Variable("WEIR_CONFIG");
        var uri = upstream ?? (file is null ? Variable("WEIR_UPSTREAM") : null);
        if (file is null && uri is null && File.Exists(DefaultFile))
        {
            file = DefaultFile;
        }

        if (file is null)
        {
            return FromCommandLine(listen, uri, replicaSet, allowAnonymous);
        }

        if (upstream is not null || listen.Count > 0 || replicaSet is not null || allowAnonymous)
        {
            throw new ConfigurationException(
                "weir serve",
                [
                    $"{file} says what to serve; --upstream, --listen, --replica-set and --allow-anonymous do not go with it",
                ]
            );
        }

        return ConfigurationFile.Load(file);
    }

    private static WeirConfiguration FromCommandLine(
        IReadOnlyList<string> listen,
        string? uri,
        string? replicaSet,
        bool allowAnonymous
    )
    {
        var errors = new List<string>();
        if (uri is null)
        {
            errors.Add(
                "--upstream: is missing (or set WEIR_UPSTREAM, or give --config, or write ./weir.json)"
            );
        }

        if (listen.Count == 0)
        {
            listen = [Variable("WEIR_LISTEN") ?? DefaultListen];
        }

        var configuration = new WeirConfiguration
        {
            Upstreams = [new UpstreamConfiguration(UpstreamName, uri ?? "")],
            Listeners = [.. listen.Select(Listener)],
        };
        ConfigurationCheck.Check(configuration, errors);
        return errors.Count == 0 ? configuration : throw new ConfigurationException("weir serve", errors);

        ListenerConfiguration Listener(string text)
        {
            if (!ListenAddress.TryParse(text, out var endPoint, out var reason))
            {
                errors.Add($"--listen: {reason}");
                endPoint = new IPEndPoint(IPAddress.Loopback, 0);
            }

            return new(endPoint, UpstreamName) { ReplicaSet = replicaSet, AllowAnonymous = allowAnonymous };
        }
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

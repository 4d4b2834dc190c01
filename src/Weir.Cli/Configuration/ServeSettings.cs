using Weir.Cli.Users;
using Weir.Proxy;
using Weir.Proxy.ClientAuthentication;
using Weir.Transport;

namespace Weir.Cli.Configuration;

/// <summary>
/// Puts together what <c>weir serve</c> is told: a configuration file, or one upstream and its listeners from the
/// command line. The command line wins over the environment.
/// </summary>
internal static class ServeSettings
{
    private const string DefaultListen = "127.0.0.1:27018";
    private const string DefaultFile = "weir.json";

    /// <exception cref="ConfigurationException">There is nothing to serve, or what there is has errors.</exception>
    public static WeirConfiguration From(
        string? file,
        IReadOnlyList<string> listen,
        string? upstream,
        string? replicaSet,
        bool allowAnonymous,
        string? admin = null,
        string? users = null,
        TlsServerSettings? tls = null
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
            return FromCommandLine(
                listen,
                uri,
                replicaSet,
                allowAnonymous,
                admin ?? Variable("WEIR_ADMIN"),
                users,
                tls
            );
        }

        if (
            upstream is not null
            || listen.Count > 0
            || replicaSet is not null
            || allowAnonymous
            || admin is not null
            || users is not null
            || tls is not null
        )
        {
            throw new ConfigurationException(
                "weir serve",
                [
                    $"{file} says what to serve; --upstream, --listen, --replica-set, --allow-anonymous, --admin, --users and --tls-... do not go with it",
                ]
            );
        }

        return ConfigurationFile.Load(file);
    }

    private static WeirConfiguration FromCommandLine(
        IReadOnlyList<string> listen,
        string? uri,
        string? replicaSet,
        bool allowAnonymous,
        string? adminAddress,
        string? usersFile,
        TlsServerSettings? tls
    )
    {
        var users = usersFile is null ? null : UsersFile.Load(usersFile);
        var errors = new ConfigurationErrors("weir serve");
        if (uri is null)
        {
            errors.Add(
                "--upstream",
                "is missing (or set WEIR_UPSTREAM, or give --config, or write ./weir.json)"
            );
        }

        if (listen.Count == 0)
        {
            listen = [Variable("WEIR_LISTEN") ?? DefaultListen];
        }

        const string Name = UpstreamSettings.DefaultName;
        var proxy = new ProxyOptions
        {
            Upstreams = [UpstreamReader.Read(Name, uri ?? "", "--upstream", errors)],
            Listeners =
            [
                .. listen.Select(text =>
                    ListenerReader.Read(
                        text,
                        Name,
                        replicaSet,
                        users is not null,
                        allowAnonymous,
                        "--listen",
                        errors
                    ) with
                    {
                        Tls = tls,
                    }
                ),
            ],
            Users = users ?? ClientUsers.None,
        };
        var admin = adminAddress is null ? null : AdminReader.From(adminAddress, "--admin", errors);
        if (tls is not null && TlsReader.Check(tls) is { } problem)
        {
            errors.Add("--tls-certificate", problem.Message);
        }

        foreach (var error in proxy.Validate())
        {
            errors.AddUnlessKnown(error);
        }

        return errors.Any
            ? throw errors.ToException()
            : new WeirConfiguration(proxy, WeirConfiguration.DefaultDrain, admin, new TelemetrySettings());
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

using System.CommandLine;
using Weir.Cli.Configuration;
using Weir.Transport;

namespace Weir.Cli.Serve;

/// <summary><c>weir serve</c>: the pooler.</summary>
internal static class ServeCommand
{
    private static readonly Option<string[]> Listen = new("--listen")
    {
        Description =
            "Address to take clients on: HOST:PORT, [IPV6]:PORT or unix:/PATH; may be given several times. Default 127.0.0.1:27018, or $WEIR_LISTEN.",
    };

    private static readonly Option<string?> Upstream = new("--upstream")
    {
        Description = "Connection string of the deployment behind Weir, or $WEIR_UPSTREAM.",
    };

    private static readonly Option<string?> Config = new("--config")
    {
        Description =
            "Configuration file (docs/configuration.md), or $WEIR_CONFIG; instead of --listen and --upstream.",
    };

    private static readonly Option<string?> Admin = new("--admin")
    {
        Description =
            "Serve the dashboard, the admin API and metrics on this address; without one on 127.0.0.1:27080. Or $WEIR_ADMIN.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> CheckConfig = new("--check-config")
    {
        Description =
            "Check the configuration, say what it means, and exit: 0 when it is good, 1 when it is not.",
    };

    private static readonly Option<bool> AllowAnonymous = new("--allow-anonymous")
    {
        Description =
            "Let clients in that have not logged in, though the address can be reached from other machines.",
    };

    private static readonly Option<string?> Users = new("--users")
    {
        Description = "File of users (weir user add); clients must log in as one of them.",
    };

    private static readonly Option<string?> TlsCertificate = new("--tls-certificate")
    {
        Description = "Speak TLS to clients, with the certificate in this file (PEM or PKCS #12).",
    };

    private static readonly Option<string?> TlsKey = new("--tls-key")
    {
        Description = "File of the certificate's private key (PEM), where it is not in the certificate's.",
    };

    private static readonly Option<string?> TlsAuthority = new("--tls-authority")
    {
        Description =
            "Ask clients for certificates, which must come from the authorities in this file (PEM), for users that log in by one.",
    };

    private static readonly Option<string?> ReplicaSet = new("--replica-set")
    {
        Description =
            "Present the listeners as a one-member replica set of this name instead of as a mongos.",
    };

    public static Command Create()
    {
        var command = new Command(
            "serve",
            "Run the pooler in front of a MongoDB deployment until SIGINT or SIGTERM."
        )
        {
            Listen,
            Upstream,
            Config,
            ReplicaSet,
            AllowAnonymous,
            Admin,
            Users,
            TlsCertificate,
            TlsKey,
            TlsAuthority,
            CheckConfig,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static WeirConfiguration Read(ParseResult parsed) =>
        ServeSettings.From(
            parsed.GetValue(Config),
            parsed.GetValue(Listen) ?? [],
            parsed.GetValue(Upstream),
            parsed.GetValue(ReplicaSet),
            parsed.GetValue(AllowAnonymous),
            // Given without a value: where it is by default.
            parsed.GetResult(Admin)
                is null
                ? null
                : parsed.GetValue(Admin) ?? "",
            parsed.GetValue(Users),
            Tls(parsed)
        );

    private static TlsServerSettings? Tls(ParseResult parsed) =>
        (parsed.GetValue(TlsCertificate), parsed.GetValue(TlsKey), parsed.GetValue(TlsAuthority)) switch
        {
            (null, null, null) => null,
            (null, _, _) => throw new ConfigurationException(
                "weir serve",
                ["--tls-certificate: is missing, and another --tls- option is there"]
            ),
            (var certificate, var key, var authority) => new TlsServerSettings
            {
                CertificateFile = certificate,
                KeyFile = key,
                AuthorityFile = authority,
                ClientCertificates = authority is null
                    ? ClientCertificates.None
                    : ClientCertificates.Optional,
            },
        };

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken _)
    {
        try
        {
            var configuration = Read(parsed);
            if (parsed.GetValue(CheckConfig))
            {
                ConfigurationSummary.Write(configuration, Console.Out);
                return 0;
            }

            return await new ServeProgram(configuration, () => Read(parsed)).RunAsync();
        }
        catch (ConfigurationException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }
}

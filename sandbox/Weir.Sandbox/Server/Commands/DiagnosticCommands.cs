using System.Net;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>What clients ask about the server and about themselves.</summary>
internal static class DiagnosticCommands
{
    private const CommandTraits Early = CommandTraits.BeforeAuthentication;

    public static IEnumerable<CommandDefinition> All =>
        [
            new("ping", Early | CommandTraits.ApiV1, _ => new BsonDocument()),
            new("buildInfo", Early, BuildInfo) { Aliases = ["buildinfo"] },
            new("whatsmyuri", Early, context => new BsonDocument { ["you"] = context.Connection.Remote }),
            new("connectionStatus", Early | CommandTraits.ApiV1, ConnectionStatus, "showPrivileges"),
            new("hostInfo", CommandTraits.None, HostInfo),
            new("getCmdLineOpts", CommandTraits.AdminOnly, CommandLine),
            new("getParameter", CommandTraits.AdminOnly | CommandTraits.AnyArguments, GetParameter),
            new("getLog", CommandTraits.AdminOnly, GetLog),
            new("listCommands", Early, ListCommands),
            new("serverStatus", CommandTraits.AnyArguments, ServerStatus.Run),
        ];

    private static Reply BuildInfo(CommandContext context) =>
        new BsonDocument
        {
            ["version"] = ServerLimits.ServerVersion,
            ["gitVersion"] = "weir-sandbox",
            ["modules"] = new BsonArray(),
            ["allocator"] = "system",
            ["javascriptEngine"] = "none",
            ["sysInfo"] = "deprecated",
            ["versionArray"] = new BsonArray { 8, 0, 0, 0 },
            ["bits"] = 64,
            ["debug"] = false,
            ["maxBsonObjectSize"] = ServerLimits.MaxDocumentSize,
            ["storageEngines"] = new BsonArray { "inMemory" },
        };

    private static Reply ConnectionStatus(CommandContext context)
    {
        context.Arguments.RefuseFlag("showPrivileges");
        var users = context.Connection.Authentication.Users.Select(user =>
            (BsonValue)new BsonDocument { ["user"] = user.Name, ["db"] = user.Database }
        );
        var roles = context.Connection.Authentication.Users.Select(_ =>
            (BsonValue)new BsonDocument { ["role"] = "root", ["db"] = "admin" }
        );
        return new BsonDocument
        {
            ["authInfo"] = new BsonDocument
            {
                ["authenticatedUsers"] = new BsonArray(users),
                ["authenticatedUserRoles"] = new BsonArray(roles),
            },
        };
    }

    private static Reply HostInfo(CommandContext context) =>
        new BsonDocument
        {
            ["system"] = new BsonDocument
            {
                ["currentTime"] = context.Deployment.Time.GetUtcNow().UtcDateTime,
                ["hostname"] = Dns.GetHostName(),
                ["cpuAddrSize"] = 64,
                ["numCores"] = Environment.ProcessorCount,
            },
            ["os"] = new BsonDocument
            {
                ["type"] =
                    OperatingSystem.IsWindows() ? "Windows"
                    : OperatingSystem.IsMacOS() ? "Darwin"
                    : "Linux",
                ["version"] = Environment.OSVersion.VersionString,
            },
            ["extra"] = new BsonDocument(),
        };

    private static Reply CommandLine(CommandContext context) =>
        new BsonDocument
        {
            ["argv"] = new BsonArray { "weir-sandbox" },
            ["parsed"] = new BsonDocument(),
        };

    private static Reply GetParameter(CommandContext context)
    {
        var known = new BsonDocument
        {
            ["featureCompatibilityVersion"] = new BsonDocument { ["version"] = "8.0" },
            ["enableTestCommands"] = true,
            ["transactionLifetimeLimitSeconds"] = (int)
                context.Deployment.Options.TransactionLifetime.TotalSeconds,
            ["localLogicalSessionTimeoutMinutes"] = ServerLimits.SessionTimeoutMinutes,
            ["authenticationMechanisms"] = new BsonArray { ScramExchange.Sha1, ScramExchange.Sha256 },
        };
        if (context.Body[0].Value is { IsString: true } all && all.AsString == "*")
        {
            return known;
        }

        var found = new BsonDocument();
        foreach (var element in context.Body.Skip(1))
        {
            if (known.TryGetValue(element.Name, out var value))
            {
                found[element.Name] = value;
            }
        }

        return found.Count > 0
            ? found
            : throw new CommandError(72, "InvalidOptions", "no option found to get");
    }

    private static Reply GetLog(CommandContext context) =>
        context.Arguments.RequiredString("getLog") switch
        {
            "*" => new BsonDocument
            {
                ["names"] = new BsonArray { "global", "startupWarnings" },
            },
            "global" or "startupWarnings" => new BsonDocument
            {
                ["totalLinesWritten"] = 0,
                ["log"] = new BsonArray(),
            },
            var other => throw new CommandError(96, "OperationFailed", $"no RamLog named: {other}"),
        };

    private static Reply ListCommands(CommandContext context)
    {
        var commands = new BsonDocument();
        foreach (
            var command in CommandTable.Commands.OrderBy(command => command.Name, StringComparer.Ordinal)
        )
        {
            commands[command.Name] = new BsonDocument
            {
                ["secondaryOk"] = !command.Has(CommandTraits.Writes),
                ["adminOnly"] = command.Has(CommandTraits.AdminOnly),
                ["requiresAuth"] = !command.Has(CommandTraits.BeforeAuthentication),
                ["apiVersions"] = command.Has(CommandTraits.ApiV1) ? new BsonArray { "1" } : new BsonArray(),
            };
        }

        return new BsonDocument { ["commands"] = commands };
    }
}

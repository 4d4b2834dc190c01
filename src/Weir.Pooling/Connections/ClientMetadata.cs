using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Connections;

/// <summary>
/// The <c>client</c> document of the first <c>hello</c>: who connects. Servers refuse one of more than 512 bytes,
/// so what matters least is left out until it fits, in the handshake specification's order.
/// </summary>
internal static class ClientMetadata
{
    public const int LargestSize = 512;

    private const string DriverName = "Weir";

    private static readonly string Version =
        typeof(ClientMetadata)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "0";

    /// <summary>The document for this process.</summary>
    public static BsonDocument Create(string? appName) =>
        Create(
            appName,
            Environment.GetEnvironmentVariable,
            File.Exists("/.dockerenv"),
            RuntimeInformation.FrameworkDescription
        );

    /// <summary>The document for an environment that is given.</summary>
    public static BsonDocument Create(
        string? appName,
        Func<string, string?> environment,
        bool isInDocker,
        string platform
    )
    {
        var os = new BsonDocument
        {
            ["type"] = OsType(),
            ["name"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
            ["version"] = Environment.OSVersion.Version.ToString(),
        };
        var env = CreateEnv(environment, isInDocker);
        var document = Compose(appName, os, platform, env);
        if (document.ToBytes().Length > LargestSize && env.TryGetValue("name", out var name))
        {
            env = new BsonDocument("name", name);
            document = Compose(appName, os, platform, env);
        }

        if (document.ToBytes().Length > LargestSize)
        {
            os = new BsonDocument("type", os["type"]);
            document = Compose(appName, os, platform, env);
        }

        if (document.ToBytes().Length > LargestSize)
        {
            document = Compose(appName, os, platform, []);
        }

        var excess = document.ToBytes().Length - LargestSize;
        return excess > 0 ? Compose(appName, os, Truncate(platform, excess), []) : document;
    }

    /// <summary>The document with a framework's name added; as it was when that would make it too large.</summary>
    public static BsonDocument Append(BsonDocument client, string name, string? version, string? platform)
    {
        var document = client.Clone();
        var driver = document["driver"].AsDocument;
        Append(driver, "name", name);
        Append(driver, "version", version);
        Append(document, "platform", platform);
        return document.ToBytes().Length <= LargestSize ? document : client;
    }

    private static void Append(BsonDocument document, string field, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            document[field] = document.GetValueOrDefault(field) is { IsString: true } before
                ? $"{before.AsString}|{text}"
                : text;
        }
    }

    private static BsonDocument Compose(string? appName, BsonDocument os, string platform, BsonDocument env)
    {
        var document = new BsonDocument();
        if (!string.IsNullOrEmpty(appName))
        {
            document["application"] = new BsonDocument("name", appName);
        }

        document["driver"] = new BsonDocument { ["name"] = DriverName, ["version"] = Version };
        document["os"] = os;
        if (platform.Length > 0)
        {
            document["platform"] = platform;
        }

        if (env.Count > 0)
        {
            document["env"] = env;
        }

        return document;
    }

    private static BsonDocument CreateEnv(Func<string, string?> environment, bool isInDocker)
    {
        var env = new BsonDocument();
        if (FunctionName(environment) is { } name)
        {
            env["name"] = name;
            var (timeout, memory, region) = name switch
            {
                "aws.lambda" => (null, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_REGION"),
                "gcp.func" => ("FUNCTION_TIMEOUT_SEC", "FUNCTION_MEMORY_MB", "FUNCTION_REGION"),
                "vercel" => (null, null, "VERCEL_REGION"),
                _ => ((string?)null, (string?)null, (string?)null),
            };
            AddNumber(env, "timeout_sec", timeout, environment);
            AddNumber(env, "memory_mb", memory, environment);
            if (region is not null && environment(region) is { Length: > 0 } where)
            {
                env["region"] = where;
            }
        }

        var container = new BsonDocument();
        if (isInDocker)
        {
            container["runtime"] = "docker";
        }

        if (IsSet(environment, "KUBERNETES_SERVICE_HOST"))
        {
            container["orchestrator"] = "kubernetes";
        }

        if (container.Count > 0)
        {
            env["container"] = container;
        }

        return env;
    }

    /// <summary>Where it runs as a function; null when nowhere, or when the signs contradict each other.</summary>
    private static string? FunctionName(Func<string, string?> environment)
    {
        var isLambda =
            environment("AWS_EXECUTION_ENV")?.StartsWith("AWS_Lambda_", StringComparison.Ordinal) == true
            || IsSet(environment, "AWS_LAMBDA_RUNTIME_API");
        var isAzure = IsSet(environment, "FUNCTIONS_WORKER_RUNTIME");
        var isGoogle = IsSet(environment, "K_SERVICE") || IsSet(environment, "FUNCTION_NAME");
        var isVercel = IsSet(environment, "VERCEL");
        return (isLambda, isAzure, isGoogle, isVercel) switch
        {
            (_, false, false, true) => "vercel",
            (true, false, false, false) => "aws.lambda",
            (false, true, false, false) => "azure.func",
            (false, false, true, false) => "gcp.func",
            _ => null,
        };
    }

    private static bool IsSet(Func<string, string?> environment, string name) =>
        !string.IsNullOrEmpty(environment(name));

    private static void AddNumber(
        BsonDocument env,
        string field,
        string? name,
        Func<string, string?> environment
    )
    {
        if (
            name is not null
            && int.TryParse(
                environment(name),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var number
            )
        )
        {
            env[field] = number;
        }
    }

    private static string OsType() =>
        OperatingSystem.IsLinux() ? "Linux"
        : OperatingSystem.IsWindows() ? "Windows"
        : OperatingSystem.IsMacOS() ? "Darwin"
        : "unknown";

    /// <summary>Cuts at least so many bytes off the end, and no character in two.</summary>
    private static string Truncate(string text, int bytes)
    {
        var keep = Encoding.UTF8.GetByteCount(text) - bytes;
        while (text.Length > 0 && Encoding.UTF8.GetByteCount(text) > keep)
        {
            text = text[..(char.IsLowSurrogate(text[^1]) && text.Length > 1 ? ^2 : ^1)];
        }

        return text;
    }
}

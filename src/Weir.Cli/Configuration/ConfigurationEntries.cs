using System.Globalization;
using Weir.Proxy;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Cli.Configuration;

/// <summary>A configuration as a list of settings: what the admin API shows, and what a reload compares.</summary>
internal static class ConfigurationEntries
{
    public const string AdminToken = "admin.token";
    public const string DrainSeconds = "drainSeconds";
    public const string ConnectionLogSeconds = "telemetry.connectionLogSeconds";
    public const string Users = "users";
    public const string SlowMillis = "telemetry.slowMillis";

    public static IEnumerable<ConfigurationEntry> Of(WeirConfiguration configuration)
    {
        foreach (var upstream in configuration.Proxy.Upstreams)
        {
            var uri = upstream.ConnectionString.ToString();
            yield return Fixed(
                $"upstreams.{upstream.Name}.uri",
                uri,
                (uri, upstream.ConnectionString.Credential)
            );
        }

        var number = 0;
        foreach (var listener in configuration.Proxy.Listeners)
        {
            var at = $"listeners[{number++}]";
            yield return Fixed($"{at}.listen", listener.EndPoint);
            yield return Fixed($"{at}.upstream", listener.Upstream);
            yield return Fixed($"{at}.replicaSet", listener.ReplicaSetName);
            yield return Fixed($"{at}.maxClients", listener.MaxClients);
            yield return Fixed($"{at}.adminDatabase", listener.AdminDatabase);
            yield return Fixed($"{at}.limits", Limits(listener.Limits));
            yield return Fixed($"{at}.perAddress", Limits(listener.PerAddress));
        }

        var users = configuration.Proxy.Users.Users;
        var keys = string.Join('\n', users.Select(Fingerprint).Concat(Credentials(configuration)));
        yield return new ConfigurationEntry(Users, Text(users.Count), keys, IsLive: true);
        yield return Fixed("perUser", Limits(configuration.Proxy.PerUser));
        yield return Fixed("limits.bufferedBytes", configuration.Proxy.Limits.BufferedBytes);
        yield return Fixed("limits.waitQueue", configuration.Proxy.Upstreams[0].Options.Pool.MaxWaiting);
        yield return Fixed("admin.listen", configuration.Admin?.EndPoint);
        var token = configuration.Admin?.Token;
        yield return new ConfigurationEntry(AdminToken, token is null ? "" : "(set)", token, IsLive: true);
        yield return Live(DrainSeconds, configuration.Drain.TotalSeconds);
        yield return Live(ConnectionLogSeconds, configuration.Telemetry.ConnectionLog.TotalSeconds);
        yield return Live(SlowMillis, Math.Max(0, configuration.Telemetry.Slow.TotalMilliseconds));
        yield return Fixed("telemetry.otlp.endpoint", configuration.Telemetry.Otlp?.Endpoint);
        yield return Fixed("telemetry.otlp.traceRatio", configuration.Telemetry.Otlp?.TraceRatio);
    }

    /// <summary>Tells whether two readings of a user are the same; compared, never shown.</summary>
    private static string Fingerprint(UserSettings user) =>
        string.Join(
            '|',
            [
                user.Name,
                .. user.Databases,
                Text(user.Role),
                user.Subject ?? "",
                user.UpstreamCredential ?? "",
                .. user.Credentials.Select(c => Convert.ToBase64String(c.StoredKey.Span)),
            ]
        );

    private static string Limits(ClientLimits limits) =>
        string.Join(
            ", ",
            new (string Name, int? Value)[]
            {
                ("maxClients", limits.MaxClients),
                ("connectionsPerSecond", limits.ConnectionsPerSecond),
                ("requestsPerSecond", limits.RequestsPerSecond),
            }
                .Where(limit => limit.Value is not null)
                .Select(limit => $"{limit.Name} {limit.Value}")
        );

    private static IEnumerable<string> Credentials(WeirConfiguration configuration) =>
        configuration.Proxy.UpstreamCredentials.Select(c => $"{c.Key}|{c.Value.GetHashCode()}");

    private static ConfigurationEntry Live(string key, object? value) =>
        new(key, Text(value), value, IsLive: true);

    private static ConfigurationEntry Fixed(string key, object? value) => Fixed(key, Text(value), value);

    private static ConfigurationEntry Fixed(string key, string shown, object? value) =>
        new(key, shown, value, IsLive: false);

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}

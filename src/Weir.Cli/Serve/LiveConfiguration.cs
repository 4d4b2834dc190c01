using Weir.Admin;
using Weir.Cli.Configuration;
using Weir.Protocol.Bson;
using Weir.Proxy;
using Weir.Proxy.Administration;

namespace Weir.Cli.Serve;

/// <summary>
/// The configuration in force. A reload reads it again, takes on what can change while Weir runs, and says of the
/// rest that it needs a restart. Thread-safe.
/// </summary>
internal sealed class LiveConfiguration(
    WeirConfiguration configuration,
    Func<WeirConfiguration> read,
    Action<WeirConfiguration> apply
)
{
    private readonly Lock _lock = new();
    private volatile WeirConfiguration _current = configuration;

    public WeirConfiguration Current => _current;

    public void AddTo(AdminDesk desk, ProxyServer proxy)
    {
        desk.Add(
            new TableBuilder<ConfigurationEntry>()
                .Text("key", "The setting's path in weir.json", e => e.Key)
                .Text("value", "Its value, without secrets", e => e.Shown)
                .Flag("isLive", "Whether a reload changes it; else a restart does", e => e.IsLive)
                .Build("configuration", "A setting in force.", () => ConfigurationEntries.Of(_current))
        );
        desk.Add(
            new AdminAction(
                "reload",
                "reload",
                "Read the configuration again. What can change while Weir runs does, without dropping a client; the rest is named with the reason.",
                null,
                (_, _) => Task.FromResult(Reload(proxy.Events))
            )
        );
    }

    /// <summary>Reads it again and tells what changed and what could not.</summary>
    /// <exception cref="AdminActionException">It has errors; nothing changed.</exception>
    public BsonDocument Reload(EventLog events)
    {
        lock (_lock)
        {
            WeirConfiguration next;
            try
            {
                next = read();
            }
            catch (ConfigurationException e)
            {
                events.Add("ReloadFailed", null, null, e.Message);
                throw new AdminActionException(e.Message);
            }

            var before = ConfigurationEntries.Of(_current).ToDictionary(e => e.Key);
            var changed = new BsonArray();
            var refused = new BsonArray();
            var after = ConfigurationEntries.Of(next).ToDictionary(e => e.Key);
            foreach (var key in before.Keys.Union(after.Keys))
            {
                var old = before.GetValueOrDefault(key);
                var entry = after.GetValueOrDefault(key);
                if (Equals(old?.Value, entry?.Value))
                {
                    continue;
                }

                if (
                    entry is { IsLive: true }
                    && (key != ConfigurationEntries.AdminToken || CanTakeToken(next))
                )
                {
                    changed.Add(key);
                }
                else
                {
                    refused.Add($"{key}: it takes a restart to change this");
                }
            }

            var current = _current;
            var taken = current with
            {
                Drain = next.Drain,
                Telemetry = next.Telemetry with { Otlp = current.Telemetry.Otlp },
                Admin = Admitting(current.Admin, next.Admin),
                Proxy = current.Proxy with
                {
                    Users = next.Proxy.Users,
                    UpstreamCredentials = next.Proxy.UpstreamCredentials,
                },
            };
            try
            {
                apply(taken);
            }
            catch (ArgumentException e)
            {
                events.Add("ReloadFailed", null, null, e.Message);
                throw new AdminActionException(e.Message);
            }

            _current = taken;
            events.Add("Reloaded", null, null, $"changed: {List(changed)}; needs a restart: {List(refused)}");
            return new BsonDocument { ["changed"] = changed, ["refused"] = refused };
        }
    }

    private bool CanTakeToken(WeirConfiguration next) =>
        Admitting(_current.Admin, next.Admin)?.Token == next.Admin?.Token;

    /// <summary>
    /// The admin server goes on listening where it does; it takes another token only if that is safe there.
    /// </summary>
    private static AdminSettings? Admitting(AdminSettings? current, AdminSettings? next)
    {
        if (current is null || next is null)
        {
            return current;
        }

        var changed = current with { Token = next.Token };
        return changed.Validate() is null ? changed : current;
    }

    private static string List(BsonArray items) =>
        items.Count == 0 ? "nothing" : string.Join(", ", items.Select(i => i.AsString));
}

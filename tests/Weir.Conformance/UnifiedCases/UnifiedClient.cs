using Weir.Pooling;
using Weir.Pooling.Commands;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Events;
using Weir.Pooling.Pools;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Conformance.UnifiedCases;

/// <summary>A deployment of the engine, and what was observed of it. Thread-safe.</summary>
internal sealed class UnifiedClient : IPoolEventSink
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _observed;
    private readonly HashSet<string> _ignored;
    private readonly Dictionary<string, string> _levels;
    private readonly List<UnifiedEvent> _events = [];
    private readonly List<LogMessage> _messages = [];
    private TaskCompletionSource _changed = NewSignal();
    private bool _closed;

    public UnifiedClient(Network network, string uri, BsonDocument entity)
    {
        Known.Fields(
            entity,
            "client",
            "id",
            "uriOptions",
            "useMultipleMongoses",
            "observeEvents",
            "ignoreCommandMonitoringEvents",
            "observeLogMessages",
            "observeSensitiveCommands",
            "awaitMinPoolSizeMS",
            "serverApi"
        );
        _observed = Names(entity, "observeEvents");
        _ignored = Names(entity, "ignoreCommandMonitoringEvents");
        _ignored.Add("configureFailPoint");
        _levels = entity.GetValueOrDefault("observeLogMessages") is { IsDocument: true } levels
            ? levels.AsDocument.ToDictionary(e => e.Name, e => e.Value.AsString)
            : [];
        Id = entity["id"].AsString;
        var connectionString = ConnectionString.Parse(uri);
        Deployment = new Deployment(
            connectionString,
            network,
            new DeploymentOptions
            {
                Pool = PoolOptions.Specification,
                ServerSelectionTimeout = TimeSpan.FromSeconds(30),
                TopologyEvents = OnTopologyEvent,
                PoolEvents = this,
            }
        );
        Runner = new CommandRunner(
            Deployment,
            new CommandRunnerOptions
            {
                CommandEvents = OnCommandEvent,
                SelectionEvents = item => Log(LogMessages.Of(item)),
                ServerApi = Api(entity.GetValueOrDefault("serverApi")),
            }
        );
        Deployment.Start();
    }

    public string Id { get; }

    public Deployment Deployment { get; }

    public CommandRunner Runner { get; }

    public int CheckedOut => Deployment.Servers.Sum(s => s.Pool.Statistics.InUse);

    public IReadOnlyList<UnifiedEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public IReadOnlyList<LogMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public void OnPoolEvent(in PoolEvent poolEvent)
    {
        Observe(UnifiedEvent.Of(poolEvent));
        Log(LogMessages.Of(poolEvent));
    }

    public void Forget()
    {
        lock (_gate)
        {
            _events.Clear();
        }
    }

    /// <summary>Waits until something holds that only events change.</summary>
    public async Task UntilAsync(Func<bool> holds, string what)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }
            if (holds())
            {
                return;
            }
            try
            {
                await changed.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"{Id}: waited in vain for {what}; seen: {string.Join("; ", Events.Select(e => e.ToString()))}; {Deployment.Topology}"
                );
            }
        }
    }

    public async Task CloseAsync()
    {
        if (!_closed)
        {
            _closed = true;
            await Runner.DisposeAsync();
            await Deployment.DisposeAsync();
        }
    }

    private void OnTopologyEvent(TopologyEvent item)
    {
        if (UnifiedEvent.Of(item) is { } observed)
        {
            Observe(observed);
        }
        if (LogMessages.Of(item, Id) is { } message)
        {
            Log(message);
        }
    }

    private void OnCommandEvent(CommandEvent item)
    {
        if (!_ignored.Contains(item.CommandName))
        {
            Observe(UnifiedEvent.Of(item));
            Log(LogMessages.Of(item));
        }
    }

    private void Observe(UnifiedEvent item)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (_observed.Contains(item.Name))
            {
                _events.Add(item);
            }
            changed = _changed;
            _changed = NewSignal();
        }
        changed.SetResult();
    }

    private void Log(LogMessage message)
    {
        if (!_levels.TryGetValue(message.Component, out var level))
        {
            return;
        }
        if (level is "debug" or "trace" || (level == "info" && message.IsInformation))
        {
            lock (_gate)
            {
                _messages.Add(message);
            }
        }
    }

    private static HashSet<string> Names(BsonDocument entity, string field) =>
        entity.GetValueOrDefault(field) is { IsArray: true } names
            ? [.. names.AsArray.Select(n => n.AsString)]
            : [];

    private static BsonDocument? Api(BsonValue api)
    {
        if (!api.IsDocument)
        {
            return null;
        }
        Known.Fields(api.AsDocument, "serverApi", "version", "strict", "deprecationErrors");
        var fields = new BsonDocument { ["apiVersion"] = api.AsDocument["version"] };
        if (api.AsDocument.TryGetValue("strict", out var strict))
        {
            fields["apiStrict"] = strict;
        }
        if (api.AsDocument.TryGetValue("deprecationErrors", out var errors))
        {
            fields["apiDeprecationErrors"] = errors;
        }
        return fields;
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}

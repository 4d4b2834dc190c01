using System.Collections.Concurrent;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;
using Weir.Transport;

namespace Weir.Pooling.Tests.Deployments;

/// <summary>A deployment under test, its network and its servers; waits for what it is to find out.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<TopologyEvent> _events = [];
    private readonly List<ScriptedServer> _servers = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Deployment? _deployment;

    public Network Network { get; init; } = new MemoryNetwork();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Deployment Deployment => _deployment ?? throw new InvalidOperationException("not connected");

    public IReadOnlyList<TopologyEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public ScriptedServer Serve(string address, bool streams = true)
    {
        var server = new ScriptedServer(Network, address, streams);
        _servers.Add(server);
        return server;
    }

    public Deployment Connect(string connectionString)
    {
        _deployment = new Deployment(
            ConnectionString.Parse(connectionString),
            Network,
            new DeploymentOptions { Time = Time, TopologyEvents = Add }
        );
        _deployment.Start();
        return _deployment;
    }

    /// <summary>Waits until the topology is like that.</summary>
    public Task SeesAsync(Func<TopologyDescription, bool> what) => HearsAsync(_ => what(Deployment.Topology));

    /// <summary>Waits until the events are like that.</summary>
    public async Task HearsAsync(Func<IReadOnlyList<TopologyEvent>, bool> what)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                more = _more.Task;
            }
            if (what(Events))
            {
                return;
            }
            await more.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_deployment is not null)
        {
            await _deployment.DisposeAsync();
        }
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
        await Network.DisposeAsync();
    }

    private void Add(TopologyEvent item)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            _events.Add(item);
            more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        more.SetResult();
    }
}

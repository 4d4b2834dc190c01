using System.Text.Json;
using Weir.Conformance.ConnectionStringCases;
using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Dns;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Testing.Dns;
using Weir.Transport;

namespace Weir.Conformance.SeedlistCases;

/// <summary>
/// Runs a case: a deployment is made of the string, asks a name server of the test's own over loopback, and finds the
/// servers of the suite's setup.
/// </summary>
internal sealed class SeedlistRun : IAsyncDisposable
{
    private readonly SeedlistCase _case;
    private readonly string _setup;
    private readonly DnsResponder _dns = new();
    private readonly MemoryNetwork _network = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _news = NewSignal();
    private Deployment? _deployment;

    /// <param name="theCase">The case.</param>
    /// <param name="setup">Which servers there are: replica-set, load-balanced or sharded.</param>
    /// <param name="overTcp">Whether the name server has all questions asked again over TCP.</param>
    public SeedlistRun(SeedlistCase theCase, string setup, bool overTcp)
    {
        _case = theCase;
        _setup = setup;
        _dns.Truncates = overTcp;
        SeedlistZone.Fill(_dns.Zone);
    }

    private Deployment Deployment => _deployment!;

    private SeedlistMonitor Seedlist => Deployment.Seedlist!;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!Create())
        {
            Assert.True(_case.Error, "the string was refused");
            return;
        }
        var tls = Deployment.ConnectionString.UsesTls;
        await using var servers = new SeedlistServers(_network, _setup, tls);
        Deployment.Start();
        await UntilAsync(
            () => (Seedlist.Resolved ?? (object?)Seedlist.Failure) is not null,
            cancellationToken
        );
        if (_case.Error)
        {
            await AssertUselessAsync(cancellationToken);
            return;
        }
        Assert.Null(Seedlist.Failure);
        var resolved = Seedlist.Resolved!;
        AssertSet(_case.Seeds, _case.NumSeeds, [.. resolved.Hosts.Select(h => h.ToString())]);
        AssertOptions(resolved);
        await UntilAsync(AllHostsAreKnown, cancellationToken);
        AssertSet(_case.Hosts, _case.NumHosts, Hosts());
        if (_case.Ping != false)
        {
            await PingAsync(servers, cancellationToken);
        }
        // Nothing else came to light meanwhile.
        AssertSet(_case.Hosts, _case.NumHosts, Hosts());
    }

    public async ValueTask DisposeAsync()
    {
        if (_deployment is not null)
        {
            await _deployment.DisposeAsync();
        }
        await _network.DisposeAsync();
        await _dns.DisposeAsync();
    }

    private bool Create()
    {
        ConnectionString connectionString;
        try
        {
            connectionString = ConnectionString.Parse(_case.Uri);
        }
        catch (ConnectionStringException)
        {
            return false;
        }
        var resolver = new DnsResolver(
            () => new ResolverConfiguration { NameServers = [_dns.EndPoint] },
            TimeProvider.System
        );
        _deployment = new Deployment(
            // The servers' certificate is the test's own.
            connectionString with
            {
                TlsInsecure = true,
            },
            _network,
            new DeploymentOptions
            {
                SrvResolver = resolver,
                Pool = new PoolOptions { MinPoolSize = 0 },
                TopologyEvents = _ => Tell(),
            }
        );
        return true;
    }

    private async Task AssertUselessAsync(CancellationToken cancellationToken)
    {
        Assert.Null(Seedlist.Resolved);
        Assert.Empty(Deployment.Topology.Servers);
        var failure = Seedlist.Failure;
        Assert.True(
            failure is DnsException or ConnectionStringException,
            $"expected a failure that names its cause, got: {failure}"
        );
        var error = await Assert.ThrowsAsync<ServerSelectionException>(() =>
            Deployment
                .SelectServerAsync(
                    ReadPreference.Primary,
                    write: true,
                    Deadline.After(TimeSpan.Zero, TimeProvider.System),
                    cancellationToken
                )
                .AsTask()
        );
        Assert.Contains(failure.Message, error.Message, StringComparison.Ordinal);
    }

    private async Task PingAsync(SeedlistServers servers, CancellationToken cancellationToken)
    {
        var server = await Deployment.SelectServerAsync(
            ReadPreference.Primary,
            write: false,
            cancellationToken: cancellationToken
        );
        var ping = new BsonDocument { ["ping"] = 1 };
        var reply = await server.RunCommandAsync("admin", ping, cancellationToken);
        Assert.Equal(1, reply["ok"].ToInt32());
        Assert.Equal(1, servers.Pings);
    }

    private string[] Hosts() => [.. Deployment.Topology.Servers.Select(s => s.Address.ToString())];

    // What the case expects, heard of every one. (A wrong outcome ends with the test's time.)
    private bool AllHostsAreKnown()
    {
        var topology = Deployment.Topology;
        var hosts = Hosts();
        return hosts.Length > 0
            && topology.Servers.All(s => s.IsDataBearing)
            && hosts.Length == (_case.NumHosts ?? hosts.Length)
            && (_case.Hosts is null || _case.Hosts.ToHashSet().SetEquals(hosts));
    }

    private static void AssertSet(string[]? expected, int? count, string[] actual)
    {
        if (expected is not null)
        {
            Assert.Equal(expected.Order(), actual.Order());
        }
        Assert.Equal(count ?? actual.Length, actual.Length);
    }

    private void AssertOptions(ConnectionString resolved)
    {
        foreach (var (name, value) in _case.Options ?? new Dictionary<string, JsonElement>())
        {
            if (name is "ssl" or "tls")
            {
                // It need not be written: the scheme says so.
                Assert.Equal(value.GetBoolean(), resolved.UsesTls);
            }
            else
            {
                OptionAssert.Equal(name, value, resolved);
            }
        }
        foreach (var (name, value) in _case.ParsedOptions ?? new Dictionary<string, string>())
        {
            var actual = name switch
            {
                "user" => resolved.Credential?.UserName,
                "password" => resolved.Credential?.Password,
                // Three names for one part of the string.
                "auth_database" or "defaultDatabase" or "db" => resolved.Database,
                _ => throw new InvalidDataException($"the runner does not know the parsed option '{name}'"),
            };
            Assert.Equal(value, actual);
        }
    }

    private async Task UntilAsync(Func<bool> what, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                news = _news.Task;
            }
            if (what())
            {
                return;
            }
            await news.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
        }
    }

    private void Tell()
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            news = _news;
            _news = NewSignal();
        }
        news.SetResult();
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}

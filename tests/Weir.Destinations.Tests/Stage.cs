using Weir.Pooling;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sandbox;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Destinations.Tests;

/// <summary>Destinations on a sandbox over an in-memory network, by the test's own clock.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private Stage(
        Network network,
        SandboxDeployment sandbox,
        DestinationRegistry destinations,
        ManualClock clock
    )
    {
        Network = network;
        Sandbox = sandbox;
        Destinations = destinations;
        Clock = clock;
    }

    public static BsonDocument Ping => new() { ["ping"] = 1 };

    public Network Network { get; }

    public SandboxDeployment Sandbox { get; }

    public DestinationRegistry Destinations { get; }

    public ManualClock Clock { get; }

    /// <summary>Connections of any kind at the servers.</summary>
    public int Connections => Sandbox.Members.Sum(m => m.Connections.Current);

    public static async Task<Stage> StartAsync(
        SandboxOptions? sandbox = null,
        Func<string, DestinationsOptions>? options = null
    )
    {
        var network = new MemoryNetwork();
        var clock = new ManualClock();
        var deployment = await SandboxDeployment.StartAsync(
            (sandbox ?? new SandboxOptions()) with
            {
                Network = network,
            }
        );
        var given =
            options?.Invoke(deployment.ConnectionString)
            ?? new DestinationsOptions
            {
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["crm"] = new() { ConnectionString = deployment.ConnectionString },
                },
            };
        var destinations = new DestinationRegistry(
            given with
            {
                Network = network,
                Defaults = given.Defaults with { Time = clock },
            }
        );
        return new Stage(network, deployment, destinations, clock);
    }

    /// <summary>Waits until something holds that other threads bring about.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken
        );
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!holds())
        {
            Assert.False(patience.IsCancellationRequested, $"waited in vain: {what}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Destinations.DisposeAsync();
        await Sandbox.DisposeAsync();
        await Network.DisposeAsync();
    }
}

using Weir.Pooling;
using Weir.Pooling.Destinations;
using Weir.Sandbox;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Hosting.Tests;

/// <summary>
/// A destination "crm" on a sandbox in memory. The server has a clock of its own, as servers do: leases expire by it,
/// and by nobody else's.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    private Stage(Network network) => Network = network;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public Network Network { get; }

    public ManualClock ServerClock { get; } = new();

    public ManualClock Clock { get; } = new();

    public SandboxDeployment Sandbox { get; private set; } = null!;

    public DestinationRegistry Destinations { get; private set; } = null!;

    public static async Task<Stage> StartAsync(string? replicaSet = null)
    {
        var stage = new Stage(new MemoryNetwork());
        stage.Sandbox = await SandboxDeployment.StartAsync(
            new SandboxOptions
            {
                Network = stage.Network,
                TimeProvider = stage.ServerClock,
                ReplicaSetName = replicaSet,
            }
        );
        stage.Destinations = new DestinationRegistry(
            new DestinationsOptions
            {
                Network = stage.Network,
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["crm"] = new() { ConnectionString = stage.Sandbox.ConnectionString },
                },
            }
        );
        return stage;
    }

    /// <summary>Both clocks, one after the other.</summary>
    public void Advance(TimeSpan by)
    {
        ServerClock.Advance(by);
        Clock.Advance(by);
    }

    /// <summary>Waits until something holds that other threads bring about.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
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

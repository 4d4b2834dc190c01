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
    private readonly ManualClock _serverClock = new();
    private volatile bool _isBlocked;

    private Stage(Network network) => Network = network;

    public static BsonDocument Ping => new() { ["ping"] = 1 };

    public Network Network { get; }

    public SandboxDeployment Sandbox { get; private set; } = null!;

    public DestinationRegistry Destinations { get; private set; } = null!;

    public ManualClock Clock { get; } = new();

    /// <summary>The destination "crm" of the stage's own.</summary>
    public DestinationOptions Options => new() { ConnectionString = Sandbox.ConnectionString };

    /// <summary>Connections of any kind at the servers.</summary>
    public int Connections => Sandbox.Members.Sum(m => m.Connections.Current);

    public static async Task<Stage> StartAsync(
        SandboxOptions? sandbox = null,
        Func<string, DestinationsOptions>? options = null
    )
    {
        var stage = new Stage(new MemoryNetwork());
        stage.Sandbox = await SandboxDeployment.StartAsync(
            (sandbox ?? new SandboxOptions()) with
            {
                Network = stage.Network,
                TimeProvider = stage._serverClock,
                LatencyOf = name => name == "count" && stage._isBlocked ? TimeSpan.FromHours(1) : null,
            }
        );
        var given =
            options?.Invoke(stage.Sandbox.ConnectionString)
            ?? new DestinationsOptions
            {
                Destinations = new Dictionary<string, DestinationOptions> { ["crm"] = stage.Options },
            };
        stage.Destinations = new DestinationRegistry(
            given with
            {
                Network = stage.Network,
                Defaults = given.Defaults with { Time = stage.Clock },
            }
        );
        return stage;
    }

    /// <summary>Commands of this name that the servers have received.</summary>
    public long Received(string command) => Sandbox.Members.Sum(m => m.CommandCount(command));

    /// <summary>From now on every <c>count</c> takes until <see cref="Unblock"/>.</summary>
    public void Block() => _isBlocked = true;

    public void Unblock()
    {
        _isBlocked = false;
        _serverClock.Advance(TimeSpan.FromHours(1));
    }

    /// <summary>Moves the clock, each time by so much, until something has ended.</summary>
    public async Task<T> AdvancingAsync<T>(Task<T> until, int milliseconds = 100)
    {
        await AdvancingAsync((Task)until, milliseconds);
        return await until;
    }

    /// <inheritdoc cref="AdvancingAsync{T}"/>
    public async Task AdvancingAsync(Task until, int milliseconds = 100)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!until.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        await until;
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

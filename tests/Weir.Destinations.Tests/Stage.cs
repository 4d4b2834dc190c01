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
    // Longer than anything else that a server waits for.
    private static readonly TimeSpan Blocked = TimeSpan.FromDays(1);

    private readonly ManualClock _serverClock = new();
    private volatile string? _blocked;

    private Stage(Network network) => Network = network;

    public static BsonDocument Ping => new() { ["ping"] = 1 };

    public Network Network { get; }

    public SandboxDeployment Sandbox { get; private set; } = null!;

    public DestinationRegistry Destinations { get; private set; } = null!;

    public ManualClock Clock { get; } = new();

    /// <summary>
    /// Where the servers are. What waits for them is ended by no timeout: a jump of the clock would be one for whatever is
    /// under way just then, the monitors' checks too, and a server taken for lost is looked for again only when the clock
    /// moves once more, which nobody may do.
    /// </summary>
    public string Uri
    {
        get
        {
            var given = Sandbox.ConnectionString;
            return $"{given}{(given.Contains('?', StringComparison.Ordinal) ? '&' : '?')}connectTimeoutMS=0";
        }
    }

    /// <summary>The destination "crm" of the stage's own.</summary>
    public DestinationOptions Options => new() { ConnectionString = Uri };

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
                LatencyOf = name => name == stage._blocked ? Blocked : null,
            }
        );
        var given =
            options?.Invoke(stage.Uri)
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

    /// <summary>From now on every command of this name takes until <see cref="Unblock"/>.</summary>
    public void Block(string command = "count") => _blocked = command;

    /// <summary>Waits until so many commands are blocked at the servers: those that <see cref="Unblock"/> lets go on.</summary>
    public Task UntilBlockedAsync(int count) =>
        UntilAsync(() => _serverClock.ArmedBeyond(Blocked) == count, $"{count} commands are blocked");

    public void Unblock()
    {
        _blocked = null;
        _serverClock.Advance(Blocked);
    }

    /// <summary>
    /// Moves the clock, each time by so much, until something has ended. Between two moves everybody gets a turn, so that
    /// on a busy machine no timeout passes before those who could keep it have run.
    /// </summary>
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
            await LetRunAsync();
        }
        await until;
    }

    // Whatever was queued on the thread pool before has begun, and what that queued too, a few times over.
    private static async Task LetRunAsync()
    {
        for (var i = 0; i < 5; i++)
        {
            await Task.Factory.StartNew(
                static () => { },
                CancellationToken.None,
                TaskCreationOptions.PreferFairness,
                TaskScheduler.Default
            );
        }
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
        // A test that fails in its middle leaves operations and leases behind, and has to end all the same.
        var closing = Destinations.DisposeAsync().AsTask();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!closing.IsCompleted)
        {
            Unblock();
            Clock.Advance(TimeSpan.FromSeconds(1));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        await closing;
        await Sandbox.DisposeAsync();
        await Network.DisposeAsync();
    }
}

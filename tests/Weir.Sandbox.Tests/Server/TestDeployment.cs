using Weir.Protocol.Bson;
using Weir.Testing;
using Weir.Transport;

namespace Weir.Sandbox.Tests.Server;

/// <summary>A deployment on an in-memory network, with a clock that stands still.</summary>
internal sealed class TestDeployment(SandboxDeployment sandbox, MemoryNetwork network, ManualClock clock)
    : IAsyncDisposable
{
    public SandboxDeployment Sandbox => sandbox;

    public MemoryNetwork Network => network;

    public ManualClock Clock => clock;

    public static async Task<TestDeployment> StartAsync(SandboxOptions? options = null)
    {
        var network = new MemoryNetwork();
        var clock = new ManualClock();
        var sandbox = await SandboxDeployment.StartAsync(
            (options ?? new SandboxOptions()) with
            {
                Network = network,
                TimeProvider = clock,
            }
        );
        return new TestDeployment(sandbox, network, clock);
    }

    public static Task<TestDeployment> StartSetAsync(int members = 1) =>
        StartAsync(
            new SandboxOptions
            {
                Members = members,
                ReplicaSetName = "rs",
                ElectionDelay = Timeout.InfiniteTimeSpan,
            }
        );

    public Task<TestClient> ConnectAsync(int member = 0) =>
        TestClient.ConnectAsync(network, sandbox.Members[member]);

    /// <summary>A fresh lsid.</summary>
    public static BsonDocument NewSession() => new() { ["id"] = BsonBinary.FromGuid(Guid.NewGuid()) };

    /// <summary>Moves the clock to the next timer as soon as there is one that is at most this far away.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        while (clock.UntilNextTimer is not { } next || next > time)
        {
            await Task.Yield();
        }

        clock.Advance(time);
    }

    public async ValueTask DisposeAsync()
    {
        await sandbox.DisposeAsync();
        await network.DisposeAsync();
    }
}

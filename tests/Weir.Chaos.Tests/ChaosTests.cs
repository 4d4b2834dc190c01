using Weir.Chaos.Tests.Chaos;
using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Chaos.Tests;

/// <summary>
/// Many clients share five connections while clients and servers are killed, fail and change their minds.
/// WEIR_CHAOS_SEED repeats a run's decisions, WEIR_CHAOS_SECONDS makes it longer.
/// </summary>
[Collection(nameof(Alone))]
public sealed class ChaosTests(ITestOutputHelper output)
{
    /// <summary>Answers under chaos that show something, on a loaded machine too.</summary>
    private const int Enough = 500;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("WEIR_CHAOS_SECONDS") ?? "1.5")
    );

    /// <summary>So that some requests are with a server at any moment.</summary>
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(1);

    private static readonly int Seed = int.Parse(
        Environment.GetEnvironmentVariable("WEIR_CHAOS_SEED") ?? $"{Random.Shared.Next()}"
    );

    [Theory]
    [InlineData(1, 200)]
    [InlineData(3, 200)]
    // So few that most requests are with a server when their client is killed, not in a queue.
    [InlineData(3, 8)]
    public async Task Every_reply_reaches_its_own_client_and_every_acknowledged_write_is_made_once(
        int members,
        int count
    )
    {
        string seed = $"WEIR_CHAOS_SEED={Seed}";
        await WarmUpAsync(members);
        var gate = new ProcessGate();
        await using (
            Stage stage = await Stage.StartAsync(members, "heartbeatFrequencyMS=500", latency: Latency)
        )
        {
            try
            {
                await RunAsync(stage, count);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{seed}: {e.Message}", e);
            }
        }
        await gate.IsAsBeforeAsync(seed);
    }

    private async Task RunAsync(Stage stage, int count)
    {
        using var failed = new CancellationTokenSource();
        var ledger = new Ledger(Seed);
        var tally = new Tally();
        var hand = new ChaosHand(stage, Seed, failed.Token);
        EchoClient[] clients =
        [
            .. Enumerable
                .Range(0, count)
                .Select(n => new EchoClient(stage, ledger, tally, n, Seed, failed.Token)),
        ];
        Task[] work =
        [
            .. clients.Select(client =>
                stage.Clients.RunAsync(() => OrStopAllAsync(client.RunAsync, failed))
            ),
            OrStopAllAsync(AfterEveryoneIsInAsync, failed),
            OrStopAllAsync(() => WatchPoolAsync(stage, failed.Token), failed),
        ];
        await Task.WhenAll(work);

        async Task AfterEveryoneIsInAsync()
        {
            await Eventually.HoldsAsync(
                () => failed.IsCancellationRequested || clients.All(client => client.IsAtHome),
                "every client has begun"
            );
            long started = TimeProvider.System.GetTimestamp();
            int before = tally.AnsweredCount;
            Task blows = hand.RunAsync();
            await Eventually.HoldsAsync(
                () =>
                    failed.IsCancellationRequested
                    || (
                        TimeProvider.System.GetElapsedTime(started) >= Duration
                        && tally.AnsweredCount >= before + Enough
                    ),
                () => $"enough was done to show anything: {tally}",
                Duration
            );
            await failed.CancelAsync();
            await blows;
        }

        output.WriteLine(
            $"{tally}; {ledger.Acknowledged} inserted; {hand.Blows} blows; {stage.Proxy.Statistics}"
        );
        foreach (SandboxMember member in stage.Sandbox.Members)
            output.WriteLine(
                $"{member.Address} {member.State}: {member.Connections}, {member.OpenCursors} cursors"
            );
        await Eventually.HoldsAsync(
            () => stage.Proxy.Statistics is { Clients: 0, BufferedBytes: 0, Cursors: 0 },
            () => $"every client is gone: {stage.Proxy.Statistics}"
        );
        Assert.Equal(0, tally.ClosedCount);
        Assert.DoesNotContain(
            stage.Warnings,
            line => line.Contains("please report", StringComparison.Ordinal)
        );
        Assert.All(
            stage.Sandbox.Members,
            // One more is the hand's.
            member => Assert.InRange(member.Connections.Peak, 0, Stage.MaxPoolSize + Stage.Monitors + 1)
        );
        await ledger.VerifyAsync(stage);
        await VerifyCountersAsync(stage, clients);

        await stage.Proxy.DrainAsync(TimeSpan.FromSeconds(10));
        await Eventually.HoldsAsync(
            () => stage.Sandbox.Members.All(member => member.Connections.Current == 0),
            "every server connection is closed"
        );
    }

    private static async Task OrStopAllAsync(Func<Task> work, CancellationTokenSource all)
    {
        try
        {
            await work();
        }
        catch
        {
            await all.CancelAsync();
            throw;
        }
    }

    /// <summary>Weir's own count, at every moment; the servers' peak is looked at in the end.</summary>
    private static async Task WatchPoolAsync(Stage stage, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            foreach (SandboxMember member in stage.Sandbox.Members)
            {
                int total = stage.PoolOf(member).Total;
                Assert.True(
                    total <= Stage.MaxPoolSize,
                    $"{total} connections in the pool of {member.Address}"
                );
            }
        }
    }

    private static async Task VerifyCountersAsync(Stage stage, EchoClient[] clients)
    {
        await using WireClient direct = await stage.ConnectDirectlyAsync(stage.Sandbox.Primary!);
        foreach (EchoClient client in clients.Where(client => client.IsAtHome))
        {
            BsonDocument reply = await direct.RunAsync(
                new()
                {
                    ["find"] = "homes",
                    ["filter"] = new BsonDocument { ["_id"] = client.Home },
                    ["projection"] = new BsonDocument { ["n"] = 1 },
                }
            );
            BsonDocument home = reply["cursor"].AsDocument["firstBatch"].AsArray[0].AsDocument;
            int n = home.GetValueOrDefault("n") is { IsNumber: true } number ? number.ToInt32() : 0;
            Assert.InRange(n, client.Counted.Least, client.Counted.Most);
        }
    }

    /// <summary>What the runtime opens once and keeps is open before anything is counted.</summary>
    private static async Task WarmUpAsync(int members)
    {
        await using Stage stage = await Stage.StartAsync(members);
        await using WireClient client = await stage.ConnectAsync();
        await client.RunAsync(new() { ["ping"] = 1 });
    }
}

using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;

namespace Weir.Chaos.Tests.Deaths;

/// <summary>
/// Real client processes are killed with kill -9 while one just like them lives: what the dead left at the server is
/// gone within a second, and the living keeps all of its own. WEIR_KILLS says how many are killed.
/// </summary>
[Collection(nameof(Alone))]
public sealed class DeathTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("WEIR_KILLS") ?? "3");

    [Fact]
    public async Task Nothing_of_a_killed_process_is_left_at_the_server_after_a_second()
    {
        await using Stage stage = await Stage.StartAsync(
            members: 3,
            pool: new() { MaxPoolSize = 10 },
            options: "maxPoolSize=10"
        );
        await using WireClient direct = await stage.ConnectDirectlyAsync(stage.Sandbox.Primary!);
        await direct.RunAsync(
            new()
            {
                ["insert"] = "things",
                ["documents"] = new BsonArray(
                    Enumerable.Range(0, 10).Select(n => (BsonValue)new BsonDocument { ["n"] = n })
                ),
                ["$db"] = "victim",
            }
        );
        await stage.FailCommandAsync(
            new()
            {
                ["failCommands"] = new BsonArray { "distinct" },
                ["blockConnection"] = true,
                ["blockTimeMS"] = 600_000,
            },
            "alwaysOn"
        );
        using Victim living = await Victim.StartAsync(stage.Door, "idle");
        ServerState before = await ServerState.OfAsync(direct);
        Assert.Equal((1, 1, 0), (before.Cursors, before.Transactions, before.Operations));

        List<TimeSpan> times = [];
        for (int i = 0; i < Kills; i++)
        {
            using Victim victim = await Victim.StartAsync(stage.Door, "busy");
            await UntilAsync(
                direct,
                s => s is { Cursors: 3, Transactions: 2, Operations: 2 },
                "all is there"
            );
            long killed = TimeProvider.System.GetTimestamp();
            victim.Kill();
            await UntilAsync(direct, state => state == before, "nothing of the dead is left");
            times.Add(TimeProvider.System.GetElapsedTime(killed));
        }

        times.Sort();
        TimeSpan median = times[times.Count / 2];
        output.WriteLine(
            $"{Kills} processes killed with kill -9: all of theirs was gone after {median.TotalMilliseconds:0} ms "
                + $"(median), {times[^1].TotalMilliseconds:0} ms (worst)"
        );
        Assert.True(median < Promise, $"it took {median.TotalMilliseconds:0} ms (median of {Kills})");
    }

    private static async Task UntilAsync(WireClient direct, Func<ServerState, bool> holds, string what)
    {
        long started = TimeProvider.System.GetTimestamp();
        ServerState state = await ServerState.OfAsync(direct);
        while (!holds(state))
        {
            if (TimeProvider.System.GetElapsedTime(started) > Eventually.Patience)
                Assert.Fail($"waited in vain until {what}: {state}");
            state = await ServerState.OfAsync(direct);
        }
    }
}

using System.Globalization;
using Weir.Pooling.Commands;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sandbox;
using Weir.Sync.Tests.Program;

namespace Weir.Sync.Tests.Incident;

/// <summary>
/// The second incident, replayed: jobs that run at the same time against few destinations, of which one is slow, one
/// restarts and one idles, in a process that is killed again and again. <c>WEIR_SYNC_KILLS</c> says how often (50 in
/// <c>bench/sync-kills</c>; few in every test run).
/// </summary>
public class IncidentTests(ITestOutputHelper output)
{
    private static int Kills =>
        int.TryParse(
            Environment.GetEnvironmentVariable("WEIR_SYNC_KILLS"),
            CultureInfo.InvariantCulture,
            out var kills
        )
            ? kills
            : 6;

    [Fact]
    public async Task Twenty_jobs_survive_kills_slow_chunks_and_restarts_without_losing_or_doubling_a_document()
    {
        await using var stage = await IncidentStage.StartAsync();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        output.WriteLine($"seed {seed}, {Kills} kills");
        var (retries, resumed) = (0, 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var program = WeirSync.Start("run", "--config", stage.Config);
            // From the first command to the last of the copies, counted in commands and not in time.
            var until = stage.Commands + random.Next(1, IncidentStage.CommandsOfARun);
            if (kill % 3 == 1)
            {
                await ReachAsync(stage, program, (stage.Commands + until) / 2);
                await RestartAsync(stage.Restarting);
            }
            await ReachAsync(stage, program, until);
            await program.KillAsync();
            IncidentStage.AssertNothingClosed(program.Lines);
            retries += program.Lines.Count(line => line.Contains("tries again", StringComparison.Ordinal));
            resumed += program.Lines.Count(line => line.Contains("goes on", StringComparison.Ordinal));
            await stage.QuietAsync();
        }

        await using var last = WeirSync.Start("run", "--config", stage.Config);
        await ReachAsync(stage, last, stage.Commands + IncidentStage.CommandsOfARun / 4);
        var restarting = RestartAsync(stage.Restarting);
        var code = await last.EndAsync();
        await restarting;

        Assert.True(code == 0, string.Join('\n', last.Lines));
        IncidentStage.AssertNothingClosed(last.Lines);
        stage.AssertConnections();
        var (lost, doubled, wrong) = await CompareAsync(stage);
        output.WriteLine(
            $"{Kills} kills, {resumed} entities gone on with, {retries} retries; {lost} lost, {doubled} doubled, {wrong} wrong of {IncidentStage.Jobs * IncidentStage.Chunks * IncidentStage.ChunkSize}; connections at most {string.Join(", ", stage.Destinations.Select(d => d.Members[0].Connections.Peak))}"
        );
        Assert.Equal((0, 0, 0), (lost, doubled, wrong));
        Assert.True(resumed > 0, "no kill was in the middle of a run");
    }

    [Fact]
    public async Task A_destination_that_idles_past_its_clean_up_is_used_again_as_if_nothing_had_been()
    {
        await using var stage = await IncidentStage.StartAsync();
        // Every two seconds; its pools close half a second after a run.
        await using var program = WeirSync.Start("run", "j4", "--scheduled", "--config", stage.Config);
        var member = stage.Idling.Members[0];
        for (var round = 0; round < 3; round++)
        {
            await Eventually.TrueAsync(() => member.Connections.Current > 0);
            await Eventually.TrueAsync(() => member.Connections.Current == 0);
        }

        program.Stop();

        Assert.Equal(0, await program.EndAsync());
        IncidentStage.AssertNothingClosed(program.Lines);
        Assert.True(
            program.Lines.Count(l => l.Contains("j4/c4: done", StringComparison.Ordinal)) >= 2,
            string.Join('\n', program.Lines)
        );
    }

    private static Task ReachAsync(IncidentStage stage, WeirSync program, long commands) =>
        Eventually.TrueAsync(() => stage.Commands >= commands || program.HasExited);

    private static async Task RestartAsync(SandboxDeployment deployment)
    {
        await deployment.StopAsync(deployment.Members[0]);
        await Task.Delay(200, Stage.Ending);
        await deployment.StartAsync(deployment.Members[0]);
    }

    private static async Task<(int Lost, int Doubled, int Wrong)> CompareAsync(IncidentStage stage)
    {
        var (lost, doubled, wrong) = (0, 0, 0);
        for (var job = 0; job < IncidentStage.Jobs; job++)
        {
            var there = (await FindAsync(stage.Destinations[job % 5], $"db{job}"))
                .GroupBy(d => d["name"].AsString)
                .ToList();
            var expected = Documents
                .Numbered(IncidentStage.Chunks * IncidentStage.ChunkSize, first: job * 10_000)
                .ToDictionary(d => d["name"].AsString);
            lost += expected.Keys.Except(there.Select(g => g.Key)).Count();
            doubled += there.Count(g => g.Count() > 1);
            wrong += there.Count(g =>
                !expected.TryGetValue(g.Key, out var document) || g.First()["group"] != document["group"]
            );
        }
        return (lost, doubled, wrong);
    }

    private static async Task<List<BsonDocument>> FindAsync(SandboxDeployment deployment, string database)
    {
        await using var registry = new DestinationRegistry(
            new DestinationsOptions
            {
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["d"] = new() { ConnectionString = deployment.ConnectionString },
                },
            }
        );
        await using var lease = await registry.LeaseAsync("d", Stage.Ending);
        await using var cursor = await CommandCursor.OpenAsync(
            lease.Commands,
            new CommandRequest(database, new BsonDocument { ["find"] = "orders" })
            {
                Kind = CommandKind.Read,
            },
            null,
            Stage.Ending
        );
        var documents = new List<BsonDocument>();
        while (await cursor.NextAsync(Stage.Ending) is { } document)
        {
            documents.Add(document);
        }
        return documents;
    }
}

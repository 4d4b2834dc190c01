using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Chaos.Tests.Chaos;

/// <summary>Does to the servers, every now and then, what happens to servers.</summary>
internal sealed class ChaosHand(Stage stage, int seed, CancellationToken stop)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly int[] StateChanges = [91, 10107, 11600];

    private static readonly BsonArray Commands =
    [
        "find",
        "insert",
        "update",
        "getMore",
        "aggregate",
        "findAndModify",
    ];

    private readonly Random _random = new(seed);

    public int Blows { get; private set; }

    public async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Pause);
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            await StrikeAsync();
            Blows++;
        }
        foreach (SandboxMember member in stage.Sandbox.Members)
            await FailAsync(member, [], "off");
    }

    private Task StrikeAsync()
    {
        SandboxMember member = stage.Sandbox.Members[_random.Next(stage.Sandbox.Members.Count)];
        SandboxMember primary = stage.Sandbox.Primary ?? member;
        switch (_random.Next(stage.IsReplicaSet ? 8 : 5))
        {
            case 0:
                primary.KillConnections();
                return Task.CompletedTask;
            case 1:
                member.KillConnections();
                return Task.CompletedTask;
            case 2:
                return FailAsync(primary, new() { ["closeConnection"] = true }, Times(3));
            case 3:
                return FailAsync(
                    primary,
                    new() { ["blockConnection"] = true, ["blockTimeMS"] = _random.Next(10, 60) },
                    Times(20)
                );
            case 4:
                int code = StateChanges[_random.Next(StateChanges.Length)];
                return FailAsync(primary, new() { ["errorCode"] = code }, Times(3));
            case 5 when stage.Sandbox.Primary is not null:
                return Ignoring<InvalidOperationException>(stage.Sandbox.StepDownAsync);
            default:
                return stage.Sandbox.ElectAsync(member);
        }
    }

    private BsonDocument Times(int most) => new() { ["times"] = _random.Next(1, most + 1) };

    private async Task FailAsync(SandboxMember member, BsonDocument data, BsonValue mode)
    {
        data["failCommands"] = Commands;
        await using WireClient direct = await stage.ConnectDirectlyAsync(member);
        await direct.TryRunAsync(Stage.FailCommand(data, mode));
    }

    private static async Task Ignoring<T>(Func<Task> work)
        where T : Exception
    {
        try
        {
            await work();
        }
        catch (T) { }
    }
}

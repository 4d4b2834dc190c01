using System.Net;
using Weir.Chaos.Tests.Chaos;
using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Proxy;
using Weir.Proxy.ClientAuthentication;
using Weir.Transport;

namespace Weir.Chaos.Tests.Fuzz;

/// <summary>
/// Hostile clients send mutated handshakes, commands, logins and compressed messages while others work: nothing
/// crashes, hangs or grows, and the others see nothing of it. WEIR_FUZZ_SECONDS makes it longer, WEIR_FUZZ_SEED repeats
/// a run's cases, and WEIR_FUZZ_CASE with it one case alone.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Attackers = 16;
    private const int Bystanders = 4;
    private const int Enough = 50;

    /// <summary>What the process may hold more than before, beside what the byte budget allows.</summary>
    private const long Slack = 64 << 20;

    private const long KeptOfACase = 2_048;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private static readonly double Seconds = double.Parse(
        Environment.GetEnvironmentVariable("WEIR_FUZZ_SECONDS") ?? "3"
    );

    private static readonly int Seed = int.Parse(
        Environment.GetEnvironmentVariable("WEIR_FUZZ_SEED") ?? $"{Random.Shared.Next()}"
    );

    private static readonly string? Only = Environment.GetEnvironmentVariable("WEIR_FUZZ_CASE");

    private int _next = -1;

    [Fact]
    public async Task Nothing_that_hostile_clients_send_harms_Weir_or_anybody_else()
    {
        await WarmUpAsync();
        var gate = new ProcessGate();
        try
        {
            await RunAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"WEIR_FUZZ_SEED={Seed}, up to case {_next}: {e.Message}", e);
        }
        await gate.IsAsBeforeAsync($"WEIR_FUZZ_SEED={Seed}");
    }

    /// <summary>What the runtime opens once and keeps is open before anything is counted.</summary>
    private static async Task WarmUpAsync()
    {
        await using Stage stage = await Stage.StartAsync(
            listener: settings => settings with { Compressors = ["snappy", "zlib", "zstd"] },
            proxy: WithALogin
        );
        for (int number = 0; number < 50; number++)
        {
            EndPoint door = stage.Proxy.EndPoints[number % 2];
            var attack = new FuzzCase(seed: 1, number);
            await stage.Clients.RunAsync(() => RunAsync(stage, door, attack));
        }
    }

    private async Task RunAsync()
    {
        await using Stage stage = await Stage.StartAsync(
            limits: new ProxyLimits { BufferedBytes = ProxyLimits.MaxMessageBytes },
            listener: settings => settings with { Compressors = ["snappy", "zlib", "zstd"] },
            proxy: WithALogin
        );
        Bystander[] bystanders = await Task.WhenAll(
            Enumerable.Range(0, Bystanders).Select(n => Bystander.StartAsync(stage, n))
        );
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        long started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, Attackers)
                .Select(_ => stage.Clients.RunAsync(() => AttackAsync(stage, GoesOn)))
        );

        foreach (Bystander bystander in bystanders)
            await bystander.GoesOnAsync();
        foreach (Bystander bystander in bystanders)
            await bystander.DisposeAsync();
        await Eventually.HoldsAsync(
            () => stage.Proxy.Statistics is { Clients: 0, BufferedBytes: 0, Cursors: 0, WaitingForBytes: 0 },
            () => $"every client is gone, with all that it had: {stage.Proxy.Statistics}"
        );
        string failures = string.Join(
            '\n',
            stage.Warnings.Where(line => line.Contains("please report", StringComparison.Ordinal))
        );
        Assert.True(failures.Length == 0, failures);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        // The log and the sandbox's store are in this process too, and keep something of every case.
        long allowed = Slack + (KeptOfACase * _next);
        Assert.True(grown < allowed, $"{grown:N0} bytes more are held than before");
        Assert.InRange(most, 0, ProxyLimits.MaxMessageBytes + Slack);
        output.WriteLine(
            $"WEIR_FUZZ_SEED={Seed}: {_next + 1} cases in {Seconds} s; at most {most:N0} bytes buffered; "
                + $"{grown:N0} bytes more in the end; {bystanders.Sum(b => b.Answers)} answers to bystanders; "
                + $"{stage.Proxy.Statistics}"
        );

        bool GoesOn()
        {
            most = Math.Max(most, stage.Proxy.Statistics.BufferedBytes);
            return Only is null && TimeProvider.System.GetElapsedTime(started).TotalSeconds < Seconds;
        }
    }

    /// <summary>A second door, at which one has to log in.</summary>
    private static ProxyOptions WithALogin(ProxyOptions options) =>
        options with
        {
            Listeners = [options.Listeners[0], options.Listeners[0] with { Authenticates = true }],
            Users = new ClientUsers
            {
                Users =
                [
                    new UserSettings
                    {
                        Name = "alice",
                        Credentials = ScramCredential.Derive("alice", "secret"),
                    },
                ],
            },
        };

    private async Task AttackAsync(Stage stage, Func<bool> goesOn)
    {
        do
        {
            int number = Interlocked.Increment(ref _next);
            if (Only is not null)
                number = int.Parse(Only);
            var attack = new FuzzCase(Seed, number);
            await RunAsync(stage, stage.Proxy.EndPoints[number % 2], attack);
        } while (goesOn());
    }

    private static async Task RunAsync(Stage stage, EndPoint door, FuzzCase attack)
    {
        await using WireClient client = await WireClient.ConnectAsync(stage.Clients, door);
        if (attack.IntroducesItself)
        {
            BsonDocument hello = FuzzCorpus.Hello();
            hello.Remove("topologyVersion");
            hello.Remove("maxAwaitTimeMS");
            await client.TryRunAsync(hello);
        }
        foreach (byte[] message in attack.Messages)
        {
            for (int sent = 0; sent < message.Length; )
            {
                int count = Math.Min(attack.PieceLength, message.Length - sent);
                // Whoever was closed meanwhile has sent enough.
                if (!await client.SendBytesAsync(message.AsMemory(sent, count)))
                    return;
                sent += count;
            }
        }
        if (attack.Ending == FuzzEnding.Abort)
            client.Kill();
        else if (attack.Ending == FuzzEnding.Listen)
            await ListenAsync(client.Channel);
    }

    private static async Task ListenAsync(Channel channel)
    {
        var buffer = new byte[4096];
        // A stream of hellos never ends by itself.
        for (int i = 0; i < Enough; i++)
        {
            Task<int> receiving = channel.ReceiveAsync(buffer).AsTask();
            if (await Task.WhenAny(receiving, Task.Delay(Moment)) != receiving)
            {
                channel.Abort();
                await receiving;
                return;
            }
            if (await receiving == 0)
                return;
        }
        channel.Abort();
    }
}

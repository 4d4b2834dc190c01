using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Weir.Sandbox;

namespace Weir.Samples.Journal.Demo;

/// <summary>
/// The incident's service through a hard day: one process, restarts in order and by <c>kill -9</c>, three replicas of
/// which one is killed, and the three parts as processes of their own behind <c>weir serve</c>. After every step it
/// says how many connections the server has, and at the end whether every call was placed once.
/// </summary>
internal sealed class Demonstration : IDisposable
{
    private const int People = 40;
    private const int Limit = 20;

    // A day in 36 seconds: people whose windows are at different hours are called all the time.
    private const double Speed = 2400;

    private static readonly int[] EveryDay = [0, 1, 2, 3, 4, 5, 6];

    private readonly SandboxDeployment _sandbox;
    private readonly Telephone _telephone;
    private readonly Dictionary<string, string> _settings;
    private readonly HttpClient _client = new();
    private int _failures;

    private Demonstration(SandboxDeployment sandbox, Telephone telephone)
    {
        _sandbox = sandbox;
        _telephone = telephone;
        _settings = new Dictionary<string, string>
        {
            ["Weir__Destinations__journal__ConnectionString"] = Uri(sandbox.Members[0].Address),
            ["Journal__Provider"] = telephone.Address,
            ["Journal__Speed"] = Speed.ToString(CultureInfo.InvariantCulture),
            ["Journal__SpeedSince"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            // Fifteen seconds of that life would be 6 ms.
            ["Journal__CallsEvery"] = "00:10:00",
            ["Journal__LeaderPeriod"] = "00:00:03",
        };
    }

    public static async Task<int> RunAsync()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var telephone = await Telephone.StartAsync();
        Console.WriteLine(
            $"{People} people in four time zones, a day in {86_400 / Speed:0} s, against {sandbox.ConnectionString}"
        );
        Console.WriteLine();
        Console.WriteLine($"{"step", -58} {"connections", 11} {"peak", 5} {"calls", 6} {"entries", 8}");
        using var demonstration = new Demonstration(sandbox, telephone);
        await demonstration.RunStepsAsync();
        return demonstration.Judge();
    }

    public void Dispose() => _client.Dispose();

    private async Task RunStepsAsync()
    {
        var one = await StartAsync("one process with all three parts");
        await FillAsync(await one.Address);
        await ReportAsync("people and prompts put in", await one.Address, TimeSpan.FromSeconds(8));
        for (var i = 1; i <= 3; i++)
        {
            var (code, took) = await one.StopAsync();
            Expect(code == 0, $"SIGTERM ended with {code}");
            Report($"SIGTERM: exit code {code} after {took.TotalSeconds:0.0} s");
            one = await StartAsync($"started again ({i} of 3)");
            await ReportAsync("", await one.Address, TimeSpan.FromSeconds(3));
        }
        for (var i = 1; i <= 3; i++)
        {
            await one.KillAsync();
            one = await StartAsync($"kill -9, and started again ({i} of 3)");
            await ReportAsync("", await one.Address, TimeSpan.FromSeconds(4));
        }
        var two = await StartAsync("a second replica");
        var three = await StartAsync("a third replica");
        await ReportAsync("three replicas", await three.Address, TimeSpan.FromSeconds(8));
        await one.KillAsync();
        await ReportAsync("one of them killed with -9", await three.Address, TimeSpan.FromSeconds(8));
        await two.StopAsync();
        await three.StopAsync();
        Report("all stopped");
        await RunThreePartsAsync();
        var last = await StartAsync("one process again, to see the last calls through");
        await SettleAsync(await last.Address);
        await ReportAsync("nothing is left to do", await last.Address, TimeSpan.Zero);
        await last.StopAsync();
    }

    private async Task RunThreePartsAsync()
    {
        using var weir = await WeirServe.StartAsync(_sandbox.Members[0].Address);
        var through = new Dictionary<string, string>(_settings)
        {
            ["Weir__Destinations__journal__ConnectionString"] = Uri(weir.Address),
        };
        var parts = new List<Replica>();
        foreach (var part in (string[])["api", "windows", "calls"])
        {
            parts.Add(
                Replica.Start(part, new Dictionary<string, string>(through) { ["Journal__Parts__0"] = part })
            );
        }
        var api = await parts[0].Address;
        await ReportAsync("the three parts as processes, behind weir serve", api, TimeSpan.FromSeconds(8));
        foreach (var part in parts)
        {
            var (code, _) = await part.StopAsync();
            Expect(code == 0, $"a part ended with {code}");
            part.Dispose();
        }
        var ended = await weir.StopAsync();
        Expect(ended == 0, $"weir serve ended with {ended}");
        Report("all four stopped with SIGTERM");
    }

    private async Task<Replica> StartAsync(string what)
    {
        var replica = Replica.Start("journal", _settings);
        await replica.Address.WaitAsync(TimeSpan.FromSeconds(60));
        Report(what);
        return replica;
    }

    private async Task FillAsync(string address)
    {
        string[] zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney"];
        await PutAsync($"{address}/api/prompts/1", new { text = "What made you smile today?" });
        await PutAsync($"{address}/api/prompts/2", new { text = "Whom did you meet?" });
        for (var i = 0; i < People; i++)
        {
            var hour = i * 24 / People;
            await PutAsync(
                $"{address}/api/people/p{i:00}",
                new
                {
                    id = "",
                    name = $"Person {i}",
                    phone = $"+1 555 {i:0000}",
                    timeZone = zones[i % zones.Length],
                    windows = new[]
                    {
                        // Four hours: some of them across midnight.
                        new
                        {
                            days = EveryDay,
                            from = $"{hour:00}:00:00",
                            to = $"{(hour + 4) % 24:00}:00:00",
                        },
                    },
                }
            );
        }
    }

    private async Task PutAsync(string address, object body)
    {
        using var response = await _client.PutAsJsonAsync(address, body);
        response.EnsureSuccessStatusCode();
    }

    // Until as many entries are there as calls were placed: those under way are seen through, and no new ones begin,
    // because nobody is left to be called.
    private async Task SettleAsync(string address)
    {
        for (var i = 0; i < 300; i++)
        {
            if (await CountEntriesAsync(address) >= _telephone.Calls)
            {
                return;
            }
            await Task.Delay(100);
        }
    }

    private async Task ReportAsync(string what, string address, TimeSpan after)
    {
        await Task.Delay(after);
        Report(what.Length == 0 ? "  a while later" : what, await CountEntriesAsync(address));
    }

    private void Report(string what, int? entries = null)
    {
        var connections = _sandbox.Members[0].Connections;
        Console.WriteLine(
            $"{what, -58} {connections.Current, 11} {connections.Peak, 5} {_telephone.Calls, 6} {entries, 8}"
        );
        Expect(connections.Peak < Limit, $"{connections.Peak} connections at the server");
    }

    private async Task<int> CountEntriesAsync(string address)
    {
        var count = 0;
        string? after = null;
        do
        {
            var query = after is null ? "" : $"&after={System.Uri.EscapeDataString(after)}";
            var page = await _client.GetFromJsonAsync<JsonElement>($"{address}/api/entries?limit=100{query}");
            count += page.GetProperty("entries").GetArrayLength();
            after = page.GetProperty("next").GetString();
        } while (after is not null);
        _entries = count;
        return count;
    }

    private int _entries;

    private int Judge()
    {
        var peak = _sandbox.Members[0].Connections.Peak;
        Console.WriteLine();
        Console.WriteLine($"connections at the server: never more than {peak} (the incident: over 500)");
        Console.WriteLine(
            $"calls: {_telephone.Calls}, each placed once; {_telephone.Repeats} were asked for again after a death and recognised by their key"
        );
        Console.WriteLine($"entries: {_entries}, one for every call that is over");
        Expect(_entries > 0, "no entries");
        Expect(
            _telephone.Calls - _entries is >= 0 and <= People,
            $"{_telephone.Calls} calls, {_entries} entries"
        );
        Console.WriteLine(_failures == 0 ? "PASS" : "FAIL");
        return _failures == 0 ? 0 : 1;
    }

    private void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            _failures++;
            Console.WriteLine($"  not as it should be: {otherwise}");
        }
    }

    private static string Uri(string host) =>
        $"mongodb://{host}/?appName=journal&minPoolSize=1&maxPoolSize=3&serverSelectionTimeoutMS=5000";
}

using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Weir.Samples.Journal;
using Weir.Samples.Journal.Entries;
using Weir.Samples.Journal.People;
using Weir.Samples.Journal.Windows;
using Weir.Sandbox;

namespace Weir.Journal.Tests;

/// <summary>The service in this process, with workers that run twenty times a second.</summary>
internal static class JournalStage
{
    private static readonly CallWindow Always = new(Enum.GetValues<DayOfWeek>(), new(0, 0), new(23, 59, 59));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<WebApplication> StartAsync(
        SandboxDeployment sandbox,
        TelephoneStandIn? telephone
    )
    {
        List<string> arguments =
        [
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
            "--Journal:WindowsEvery=00:00:00.050",
            "--Journal:CallsEvery=00:00:00.050",
            $"--Weir:Destinations:journal:ConnectionString={sandbox.ConnectionString}?appName=journal&minPoolSize=1",
        ];
        if (telephone is not null)
        {
            arguments.Add($"--Journal:Provider={telephone.Address}");
        }
        var app = JournalService.Create([.. arguments]);
        await app.StartAsync(Token);
        return app;
    }

    /// <summary>Somebody who can be called at any time.</summary>
    public static async Task PutAsync(HttpClient client, string id)
    {
        var person = new Person(id, id, "+49 30 1234", "Europe/Berlin", [Always]);
        using var response = await client.PutAsJsonAsync($"/api/people/{id}", person, Token);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The entries, when there are so many.</summary>
    public static Task<EntryPage> EntriesAsync(HttpClient client, int count) =>
        UntilAsync(
            async () => (await client.GetFromJsonAsync<EntryPage>("/api/entries?limit=100", Token))!,
            p => p.Entries.Count == count
        );

    /// <summary>Looks until something holds.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var seen = await look();
            if (holds(seen))
            {
                return seen;
            }
            Assert.False(patience.IsCancellationRequested, $"waited in vain; last seen: {seen}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}

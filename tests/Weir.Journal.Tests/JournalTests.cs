using System.Net;
using System.Net.Http.Json;
using Weir.Samples.Journal;
using Weir.Samples.Journal.Entries;
using Weir.Samples.Journal.People;
using Weir.Sandbox;

namespace Weir.Journal.Tests;

/// <summary>The service as it is, over HTTP, on a sandbox and with a stand-in for the telephony service.</summary>
public sealed class JournalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whose_window_is_open_is_called_once_and_the_call_becomes_an_entry()
    {
        await using var telephone = await TelephoneStandIn.StartAsync();
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var journal = await JournalStage.StartAsync(sandbox, telephone);
        using var client = new HttpClient { BaseAddress = new Uri(journal.Urls.Single()) };
        await JournalStage.PutAsync(client, "ann");
        await JournalStage.PutAsync(client, "bob");

        var page = await JournalStage.EntriesAsync(client, 2);
        // Some more runs of both workers change nothing.
        await JournalStage.UntilAsync(
            async () => (await client.GetFromJsonAsync<StatusView>("/api/status", Token))!,
            s => s.Workers.All(w => w.Runs > 20)
        );

        Assert.Equal(["ann", "bob"], page.Entries.Select(e => e.Person).Order());
        Assert.All(page.Entries, e => Assert.StartsWith("told in c-", e.Text, StringComparison.Ordinal));
        Assert.Equal(2, telephone.Requests.Count);
        Assert.InRange(sandbox.Members[0].Connections.Peak, 1, 10);
        using var health = await client.GetAsync("/health", Token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Contains(
            "/api/entries",
            await client.GetStringAsync("/openapi/v1.json", Token),
            StringComparison.Ordinal
        );
        Assert.Contains("journal.js", await client.GetStringAsync("/", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_refuses_is_asked_again_with_the_same_key()
    {
        await using var telephone = await TelephoneStandIn.StartAsync();
        telephone.Failures = 2;
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var journal = await JournalStage.StartAsync(sandbox, telephone);
        using var client = new HttpClient { BaseAddress = new Uri(journal.Urls.Single()) };
        await JournalStage.PutAsync(client, "ann");

        await JournalStage.EntriesAsync(client, 1);

        Assert.Equal(3, telephone.Requests.Count);
        Assert.Single(telephone.Requests.Distinct());
    }

    [Fact]
    public async Task Entries_are_read_by_pages_without_gaps_and_without_repeats()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var journal = await JournalStage.StartAsync(sandbox, null);
        using var client = new HttpClient { BaseAddress = new Uri(journal.Urls.Single()) };
        for (var i = 0; i < 25; i++)
        {
            await JournalStage.PutAsync(client, $"p{i:00}");
        }
        await JournalStage.EntriesAsync(client, 25);

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await client.GetFromJsonAsync<EntryPage>(
                $"/api/entries?limit=10{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}",
                Token
            );
            seen.AddRange(page!.Entries.Select(e => e.Person));
            after = page.Next;
        } while (after is not null);

        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
    }

    [Fact]
    public async Task Somebody_who_cannot_be_called_is_refused_with_the_reasons()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var journal = await JournalStage.StartAsync(sandbox, null);
        using var client = new HttpClient { BaseAddress = new Uri(journal.Urls.Single()) };
        var nobody = new Person("x", "X", "", "Mars/Olympus", [new([], new(1, 0), new(1, 0))]);

        using var response = await client.PutAsJsonAsync("/api/people/x", nobody, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("Mars/Olympus", text, StringComparison.Ordinal);
        Assert.Contains("phone", text, StringComparison.Ordinal);
    }
}

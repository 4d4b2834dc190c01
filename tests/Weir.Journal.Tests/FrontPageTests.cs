using Microsoft.Playwright;
using Weir.Sandbox;

namespace Weir.Journal.Tests;

/// <summary>The front page in a browser: Debian's chromium, which build/install-debian installs.</summary>
public sealed class FrontPageTests
{
    [Fact]
    public async Task It_shows_entries_windows_and_calls()
    {
        await using var sandbox = await SandboxDeployment.StartAsync(new SandboxOptions());
        await using var journal = await JournalStage.StartAsync(sandbox, null);
        using var client = new HttpClient { BaseAddress = new Uri(journal.Urls.Single()) };
        for (var i = 0; i < 12; i++)
        {
            await JournalStage.PutAsync(client, $"p{i:00}");
        }
        await JournalStage.EntriesAsync(client, 12);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] }
        );
        var page = await browser.NewPageAsync();
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                errors.Add(message.Text);
            }
        };

        await page.GotoAsync(journal.Urls.Single());
        await Assertions.Expect(page.Locator("#entries li")).ToHaveCountAsync(10);
        await page.GetByRole(AriaRole.Button, new() { Name = "Earlier entries" }).ClickAsync();
        await Assertions.Expect(page.Locator("#entries li")).ToHaveCountAsync(12);
        await Assertions.Expect(page.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#people li")).ToHaveCountAsync(12);
        await Assertions
            .Expect(page.Locator("#people li").First)
            .ToContainTextAsync("Europe/Berlin: Sun Mon Tue");
        await Assertions.Expect(page.Locator("#calls li").First).ToContainTextAsync("completed");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("connections");
        Assert.Empty(errors);
    }
}

using Microsoft.Playwright;
using Weir.Proxy.Administration;
using Weir.Sandbox;

namespace Weir.Admin.Tests.Dashboard;

/// <summary>The dashboard in a real browser.</summary>
public sealed class DashboardTests : IClassFixture<Browser>
{
    private readonly Browser _browser;

    public DashboardTests(Browser browser) => _browser = browser;

    [Fact]
    public async Task Under_load_it_shows_the_level_who_holds_what_and_what_is_in_hand()
    {
        Assert.SkipUnless(Browser.IsThere, "chromium is not installed");
        await using var stage = await AdminStage.StartAsync(
            new SandboxOptions { Latency = TimeSpan.FromMilliseconds(30) },
            "maxPoolSize=2"
        );
        await using var load = await Load.StartAsync(stage, "api", clients: 8);
        var (page, problems) = await _browser.OpenAsync(stage.Admin.Address!);

        await Assertions.Expect(page.Locator("#status .text")).ToHaveTextAsync("live");
        await Assertions.Expect(page.Locator("#n-limit")).ToHaveTextAsync("2");
        await Assertions.Expect(page.Locator("#n-used")).ToHaveTextAsync("2");
        await Assertions
            .Expect(page.Locator("[data-table=applications] tbody tr").Filter(new() { HasText = "api" }))
            .ToHaveCountAsync(1);
        await Assertions
            .Expect(page.Locator("[data-table=exchanges] tbody tr").First)
            .ToContainTextAsync("ping");
        await Assertions.Expect(page.Locator("#servers .server")).ToContainTextAsync("standalone");
        await Assertions.Expect(page.Locator("#chart-connections canvas")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("[data-table=cursors]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-table=jobs]")).ToBeHiddenAsync();
        Assert.Empty(problems);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Sync_jobs_are_shown_with_their_progress_where_there_are_any()
    {
        Assert.SkipUnless(Browser.IsThere, "chromium is not installed");
        await using var stage = await AdminStage.StartAsync();
        stage.Proxy.Administration.Add(
            new TableBuilder<double>()
                .Text("name", "Its name", _ => "nightly/orders")
                .Fraction("progress", "How far it is", p => p)
                .Build("jobs", "A job.", () => [0.25])
        );
        var (page, problems) = await _browser.OpenAsync(stage.Admin.Address!);

        var row = page.Locator("[data-table=jobs] tbody tr");
        await Assertions.Expect(row).ToContainTextAsync("nightly/orders");
        await Assertions.Expect(row).ToContainTextAsync("25 %");
        Assert.Empty(problems);
        await page.CloseAsync();
    }

    [Fact]
    public async Task When_Weir_goes_away_it_says_so_and_when_it_is_back_it_goes_on()
    {
        Assert.SkipUnless(Browser.IsThere, "chromium is not installed");
        var first = await AdminStage.StartAsync();
        var address = first.Admin.Address!;
        var (page, _) = await _browser.OpenAsync(address);
        await Assertions.Expect(page.Locator("#status .text")).ToHaveTextAsync("live");

        await first.DisposeAsync();
        await Assertions.Expect(page.Locator("#banner")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#banner")).ToContainTextAsync("Weir does not answer since");

        await using var second = await AdminStage.StartAsync(port: address.Port);
        await Assertions.Expect(page.Locator("#banner")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("#status .text")).ToHaveTextAsync("live");
        await page.CloseAsync();
    }

    [Fact]
    public async Task It_can_be_used_with_keys_alone()
    {
        Assert.SkipUnless(Browser.IsThere, "chromium is not installed");
        await using var stage = await AdminStage.StartAsync();
        await using var load = await Load.StartAsync(stage, "api", clients: 1);
        var (page, problems) = await _browser.OpenAsync(stage.Admin.Address!);
        await Assertions.Expect(page.Locator("#status .text")).ToHaveTextAsync("live");

        await page.Keyboard.PressAsync("p");
        await Assertions.Expect(page.Locator("#status .text")).ToHaveTextAsync("held still");
        await page.Keyboard.PressAsync("p");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("nobody at all");
        await Assertions
            .Expect(page.Locator("[data-table=applications] .empty"))
            .ToContainTextAsync("Nothing here matches");
        await page.Keyboard.PressAsync("Escape");
        await Assertions
            .Expect(page.Locator("[data-table=applications] tbody tr").Filter(new() { HasText = "api" }))
            .ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("t");
        Assert.Equal("light", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));

        // Tab reaches the button, Enter opens the question, Enter says yes.
        await page.Locator("#servers button").Nth(1).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#ask")).ToBeVisibleAsync();
        await page.Locator("#ask-yes").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions
            .Expect(page.Locator("#events li").Filter(new() { HasText = "Reconnected" }))
            .ToHaveCountAsync(1);
        Assert.Empty(problems);
        await page.CloseAsync();
    }

    [Fact]
    public async Task On_a_phone_nothing_is_wider_than_the_screen()
    {
        Assert.SkipUnless(Browser.IsThere, "chromium is not installed");
        await using var stage = await AdminStage.StartAsync();
        await using var load = await Load.StartAsync(stage, "an-application-with-a-long-name", clients: 2);
        var (page, _) = await _browser.OpenAsync(stage.Admin.Address!, width: 360, height: 740);
        await Assertions.Expect(page.Locator("#status .text")).ToHaveTextAsync("live");
        await Assertions.Expect(page.Locator("[data-table=applications] tbody tr").First).ToBeVisibleAsync();

        Assert.Equal(
            360,
            await page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, innerWidth)")
        );
        await page.CloseAsync();
    }

    [Fact]
    public async Task Where_a_token_is_needed_it_asks_for_it()
    {
        Assert.SkipUnless(Browser.IsThere, "chromium is not installed");
        await using var stage = await AdminStage.StartAsync(token: "correct-horse-battery");
        var (page, _) = await _browser.OpenAsync(stage.Admin.Address!);

        await page.Locator("#token").FillAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#login-error")).ToHaveTextAsync("that is not the token");
        await page.Locator("#token").FillAsync("correct-horse-battery");
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Locator("#status .text")).ToHaveTextAsync("live");
        await page.CloseAsync();
    }
}

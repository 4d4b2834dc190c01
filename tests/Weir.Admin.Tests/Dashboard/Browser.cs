using Microsoft.Playwright;

namespace Weir.Admin.Tests.Dashboard;

/// <summary>Debian's chromium, started once for the tests that need it.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static bool IsThere => File.Exists(Program);

    public async ValueTask InitializeAsync()
    {
        if (!IsThere)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );
    }

    /// <summary>Opens a page; errors of its scripts, and what it could not load, are collected.</summary>
    public async Task<(IPage Page, List<string> Problems)> OpenAsync(
        Uri address,
        int width = 1280,
        int height = 900
    )
    {
        var context = await _browser!.NewContextAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = height },
            }
        );
        var page = await context.NewPageAsync();
        // The machine may be busy with the rest of the tests.
        page.SetDefaultTimeout(30_000);
        Assertions.SetDefaultExpectTimeout(30_000);
        List<string> problems = [];
        page.PageError += (_, error) => problems.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                problems.Add(message.Text);
            }
        };
        await page.GotoAsync($"{address}");
        return (page, problems);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}

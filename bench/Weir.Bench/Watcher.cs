using System.Net;

namespace Weir.Bench;

/// <summary>Somebody who looks on: listens as the dashboard does, and scrapes metrics every second.</summary>
internal sealed class Watcher : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _watching;

    public Watcher(IPEndPoint admin)
    {
        _http.BaseAddress = new Uri($"http://{admin}/");
        _watching = Task.WhenAll(UntilEndAsync(ListenAsync), UntilEndAsync(ScrapeAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        _http.Dispose();
        _ending.Dispose();
    }

    private async Task ListenAsync()
    {
        await using var stream = await _http.GetStreamAsync(
            new Uri("api/v1/live", UriKind.Relative),
            _ending.Token
        );
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, _ending.Token) > 0) { }
    }

    private async Task ScrapeAsync()
    {
        await _http.GetStringAsync(new Uri("metrics", UriKind.Relative), _ending.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), _ending.Token);
    }

    private async Task UntilEndAsync(Func<Task> watchAsync)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await watchAsync();
            }
            catch (OperationCanceledException) { }
            catch (HttpRequestException)
            {
                // The admin server is there a moment after the listener.
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }
}

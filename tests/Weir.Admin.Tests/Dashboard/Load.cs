namespace Weir.Admin.Tests.Dashboard;

/// <summary>Clients that ping one after the other until they are disposed of.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;

    private Load(Weir.Pooling.Server server, int clients) =>
        _running = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => RunAsync(server))));

    public static async Task<Load> StartAsync(AdminStage stage, string application, int clients) =>
        new(await stage.ConnectAsync(application, clients), clients);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        _ending.Dispose();
    }

    private async Task RunAsync(Weir.Pooling.Server server)
    {
        while (!_ending.IsCancellationRequested)
        {
            await AdminStage.PingAsync(server);
        }
    }
}

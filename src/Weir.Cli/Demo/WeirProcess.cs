namespace Weir.Cli.Demo;

/// <summary><c>weir serve</c> as a process of its own, in front of one deployment.</summary>
internal sealed class WeirProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ChildProcess _process;

    private WeirProcess(ChildProcess process, string address)
    {
        _process = process;
        ConnectionString = $"mongodb://{address}/";
    }

    public string ConnectionString { get; }

    /// <exception cref="TimeoutException">It did not say within 10 s that it listens.</exception>
    public static async Task<WeirProcess> StartAsync(string upstream, CancellationToken cancellationToken)
    {
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = ChildProcess.Start(
            line => OnLine(line, listening),
            ["serve", "--listen", "127.0.0.1:0", "--upstream", upstream]
        );
        try
        {
            return new WeirProcess(process, await listening.Task.WaitAsync(Patience, cancellationToken));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.TerminateAsync(Patience);
        await _process.DisposeAsync();
    }

    private static void OnLine(string line, TaskCompletionSource<string> listening)
    {
        const string Prefix = Serve.ReadyLine.Prefix;
        if (line.StartsWith(Prefix, StringComparison.Ordinal))
        {
            listening.TrySetResult(line[Prefix.Length..].Split(' ')[0]);
        }
    }
}

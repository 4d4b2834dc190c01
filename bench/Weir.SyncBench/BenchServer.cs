using System.Diagnostics;
using Weir.Engine;

namespace Weir.SyncBench;

/// <summary>
/// A deployment: <c>weir sandbox</c> as a process of its own, DocumentDB behind a gateway, or one that is there already.
/// </summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private const string Ready = "listening on ";

    private readonly Process? _sandbox;
    private readonly DocumentDb? _engine;
    private readonly Gateway? _gateway;

    private BenchServer(string uri) => Uri = uri;

    private BenchServer(Process sandbox, string uri)
        : this(uri) => _sandbox = sandbox;

    private BenchServer(DocumentDb engine, Gateway gateway)
        : this(gateway.ConnectionString) => (_engine, _gateway) = (engine, gateway);

    public string Uri { get; }

    public static async Task<BenchServer> StartAsync(
        string weir,
        string name,
        string? known,
        BenchOptions options
    )
    {
        if (known is not null)
        {
            return new BenchServer(known);
        }
        if (options.IsDocumentDb)
        {
            var engine = await DocumentDb.StartAsync(CancellationToken.None);
            return new BenchServer(engine, Gateway.Start(engine));
        }
        var process = Process.Start(
            new ProcessStartInfo(weir, ["sandbox", "--port", "0", "--replica-set", name])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var line = await process.StandardOutput.ReadLineAsync();
        return line?.StartsWith(Ready, StringComparison.Ordinal) == true
            ? new BenchServer(process, line[Ready.Length..])
            : throw new InvalidOperationException($"weir sandbox said '{line}'");
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }
        if (_sandbox is not null)
        {
            _sandbox.Kill();
            await _sandbox.WaitForExitAsync();
            _sandbox.Dispose();
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Weir.Engine;

/// <summary>
/// PostgreSQL 18 with DocumentDB on loopback, as <c>documentdb/start</c> starts it: it ends when its standard input
/// ends, so however this process ends. Thread-safe.
/// </summary>
public sealed class DocumentDb : IAsyncDisposable
{
    private const string Ready = "ready ";

    /// <summary>Making the engine's folder takes about a minute on an idle machine, and several on a busy one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly Lazy<Task<DocumentDb>> shared = new(() => StartAsync(CancellationToken.None));

    private readonly Process _process;

    private DocumentDb(Process process, int port)
    {
        _process = process;
        Sql = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1",
                Port = port,
                Username = "postgres",
                Database = "postgres",
                MaxPoolSize = 150,
                Timeout = 30,
                CommandTimeout = 60,
            }
        );
    }

    internal NpgsqlDataSource Sql { get; }

    /// <summary>Of the script; the engine is below it.</summary>
    public int ProcessId => _process.Id;

    /// <summary>The one engine of this process, started when it is first asked for. It ends with the process.</summary>
    /// <exception cref="EngineUnavailableException">It cannot run here, or did not start.</exception>
    public static Task<DocumentDb> SharedAsync() => shared.Value;

    /// <summary>Makes it where it is not there yet, and starts it.</summary>
    /// <exception cref="EngineUnavailableException">It cannot run here, or did not start.</exception>
    public static async Task<DocumentDb> StartAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new EngineUnavailableException("the DocumentDB engine needs Debian");
        }

        var script = Path.Combine(AppContext.BaseDirectory, "documentdb", "start");
        var process = Process.Start(
            new ProcessStartInfo(script)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var log = new LastLines(process.StandardError, 40);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(limit.Token);
            return line?.StartsWith(Ready, StringComparison.Ordinal) == true
                ? new DocumentDb(process, int.Parse(line[Ready.Length..], CultureInfo.InvariantCulture))
                : throw new EngineUnavailableException(await log.ToEndAsync());
        }
        catch
        {
            process.StandardInput.Close();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Stops it and waits until nothing of it is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await Sql.DisposeAsync();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

using System.Diagnostics;
using Weir.Sandbox;

namespace Weir.Cli.Tests.Serve;

/// <summary><c>weir serve --config</c> as a process, with an admin API, in front of a sandbox of its own.</summary>
internal sealed class RunningWeir : IAsyncDisposable
{
    private const string Configuration = """
        {
          "upstreams": [ { "name": "main", "uri": "UPSTREAM" } ],
          "listeners": [ { "listen": "127.0.0.1:0", "upstream": "main" } ],
          "admin": { "listen": "127.0.0.1:0" },
          "telemetry": { "slowMillis": MILLIS }
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-serve-");
    private readonly SandboxDeployment _sandbox;
    private readonly Process _process;
    private readonly Task<string> _log;

    private RunningWeir(SandboxDeployment sandbox)
    {
        _sandbox = sandbox;
        SetSlowMillis(200);
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "weir"),
            ["serve", "--config", File]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _log = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Where clients connect.</summary>
    public string ConnectionString { get; private set; } = "";

    public Uri Admin { get; private set; } = null!;

    private string File => Path.Combine(_folder.FullName, "weir.json");

    public static async Task<RunningWeir> StartAsync(CancellationToken cancellationToken)
    {
        var weir = new RunningWeir(await SandboxDeployment.StartAsync(new SandboxOptions()));
        try
        {
            weir.ConnectionString = $"mongodb://{await weir.WordAsync("listening on ", cancellationToken)}/";
            weir.Admin = new Uri(await weir.WordAsync("dashboard and admin API on ", cancellationToken));
            return weir;
        }
        catch
        {
            await weir.DisposeAsync();
            throw;
        }
    }

    /// <summary>Changes a setting in its file, which a reload reads.</summary>
    public void SetSlowMillis(int millis) =>
        System.IO.File.WriteAllText(
            File,
            Configuration
                .Replace("UPSTREAM", _sandbox.ConnectionString, StringComparison.Ordinal)
                .Replace("MILLIS", $"{millis}", StringComparison.Ordinal)
        );

    /// <summary>Waits until it has ended by itself: the exit code, and its log.</summary>
    public async Task<(int ExitCode, string Log)> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, await _log);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        await _sandbox.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<string> WordAsync(string after, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(after, StringComparison.Ordinal))
            {
                return line[after.Length..].Split(' ')[0];
            }
        }

        throw new InvalidOperationException($"it ended before it said '{after}': {await _log}");
    }
}

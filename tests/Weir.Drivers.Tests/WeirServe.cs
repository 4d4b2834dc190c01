using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weir.Drivers.Tests;

/// <summary><c>weir serve</c> as its user starts it: a process of its own, ended by SIGTERM.</summary>
internal sealed partial class WeirServe : IAsyncDisposable
{
    private const string Ready = "listening on ";
    private const int SigTerm = 15;

    private static readonly JsonSerializerOptions sparing = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Process _process;
    private readonly Task<string> _log;

    private WeirServe(Process process, IReadOnlyList<string> addresses, Task<string> log)
    {
        _process = process;
        _log = log;
        Addresses = addresses;
    }

    /// <summary>Where its first listener is.</summary>
    public string Address => Addresses[0];

    /// <summary>Of its listeners, in the order of the configuration.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <param name="listeners">Each with the connection string behind it and the replica set that it shows.</param>
    /// <param name="guard">What stands before its clients; null: nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<WeirServe> StartAsync(
        IReadOnlyList<(string Upstream, string? ReplicaSet)> listeners,
        Guard? guard,
        CancellationToken cancellationToken
    )
    {
        var upstreams = listeners.Select(listener => listener.Upstream).Distinct().ToList();
        var configuration = new
        {
            upstreams = upstreams.Select((uri, i) => new { name = $"u{i}", uri }),
            listeners = listeners.Select(listener =>
            {
                var written = new Dictionary<string, object>
                {
                    ["listen"] = "127.0.0.1:0",
                    ["upstream"] = $"u{upstreams.IndexOf(listener.Upstream)}",
                };
                if (listener.ReplicaSet is { } name)
                {
                    written["replicaSet"] = name;
                }

                if (guard is not null)
                {
                    written["tls"] = new { certificateFile = guard.CertificateFile, keyFile = guard.KeyFile };
                }

                return written;
            }),
            users = guard?.UsersFile,
        };
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                file,
                JsonSerializer.Serialize(configuration, sparing),
                cancellationToken
            );
            return await StartAsync(["--config", file], listeners.Count, cancellationToken);
        }
        finally
        {
            // It has been read: Weir listens, or has failed.
            File.Delete(file);
        }
    }

    /// <param name="arguments">Of <c>weir serve</c>, for one listener.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<WeirServe> StartAsync(
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken
    ) => StartAsync(arguments, 1, cancellationToken);

    private static async Task<WeirServe> StartAsync(
        IReadOnlyList<string> arguments,
        int listeners,
        CancellationToken cancellationToken
    )
    {
        var program = Path.Combine(AppContext.BaseDirectory, "weir");
        var process = Process.Start(
            new ProcessStartInfo(program, ["serve", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var log = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var addresses = new List<string>();
        while (addresses.Count < listeners)
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
            addresses.Add(
                line?.StartsWith(Ready, StringComparison.Ordinal) == true
                    ? line[Ready.Length..].Split(' ')[0]
                    : throw new InvalidOperationException($"weir serve said '{line}': {await log}")
            );
        }

        return new WeirServe(process, addresses, log);
    }

    /// <summary>Runs another command of the program to its end, which must be a good one.</summary>
    /// <param name="input">A line that it reads.</param>
    /// <param name="arguments">The command.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task RunAsync(
        string input,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "weir"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, errors);
    }

    /// <summary>SIGTERM; the exit code, and what it had logged.</summary>
    public async Task<(int ExitCode, string Log)> StopAsync(CancellationToken cancellationToken)
    {
        _ = Kill(_process.Id, SigTerm);
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
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

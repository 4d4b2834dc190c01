using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Weir.Sync.Tests.Sources;

/// <summary>Debian's PostgreSQL on a folder of its own and a free port, run by the user postgres where tests run as root.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-postgres-").FullName;
    private bool _isRunning;

    private static string? Binaries =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory
                .EnumerateDirectories("/usr/lib/postgresql")
                .Select(version => Path.Combine(version, "bin"))
                .LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : null;

    public string Connection { get; private set; } = "";

    /// <summary>Skips the test where there is no server to start (build/install-debian installs one).</summary>
    public void Require() => Assert.SkipUnless(_isRunning, "Debian's package postgresql is not installed");

    public async Task ExecuteAsync(string sql)
    {
        await using var data = NpgsqlDataSource.Create(Connection);
        await using var command = data.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask InitializeAsync()
    {
        if (Binaries is null)
        {
            return;
        }
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", _folder);
        }
        var data = Path.Combine(_folder, "data");
        await AsOwnerAsync(
            "initdb",
            "-D",
            data,
            "-U",
            "weir",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C"
        );
        var port = FreePort();
        await AsOwnerAsync(
            "pg_ctl",
            "-D",
            data,
            "-w",
            "-t",
            "60",
            "-l",
            Path.Combine(_folder, "log"),
            "-o",
            $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=30",
            "start"
        );
        _isRunning = true;
        Connection = $"Host=127.0.0.1;Port={port};Username=weir;Database=postgres;Pooling=false";
    }

    public async ValueTask DisposeAsync()
    {
        if (_isRunning)
        {
            await AsOwnerAsync("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "stop");
        }
        Directory.Delete(_folder, recursive: true);
    }

    private static Task AsOwnerAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Binaries!, program);
        return Environment.IsPrivilegedProcess
            ? RunAsync("runuser", ["-u", "postgres", "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    // The server that pg_ctl leaves behind must not hold our pipes: its output goes nowhere.
    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(
                "/bin/sh",
                ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]
            )
            {
                WorkingDirectory = "/",
            }
        )!;
        await process.WaitForExitAsync();
        Assert.True(
            process.ExitCode == 0,
            $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}"
        );
    }

    // pg_ctl wants a port beforehand: one that was free a moment ago, and is not given out again so soon.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

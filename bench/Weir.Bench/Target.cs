using System.Diagnostics;
using System.Net;

namespace Weir.Bench;

/// <summary>Something between the clients and the canned server, as a process of its own; or nothing.</summary>
internal sealed class Target : IAsyncDisposable
{
    public const string HaProxyName = "HAProxy (tcp)";
    public const string WeirName = "Weir";

    private readonly Process? _process;
    private Watcher? _watcher;

    private Target(string name, IPEndPoint address, Process? process)
    {
        Name = name;
        Address = address;
        _process = process;
    }

    public string Name { get; }

    public IPEndPoint Address { get; }

    /// <summary><see langword="null"/> for the direct way.</summary>
    public int? Pid => _process?.Id;

    /// <summary>Processor time that it has used; 0 for the direct way.</summary>
    public double CpuSeconds => Pid is { } pid ? ProcessUsage.CpuSeconds(pid) : 0;

    public static Task<Target> DirectAsync(IPEndPoint server) =>
        Task.FromResult(new Target("direct", server, null));

    /// <summary>Something that somebody else has started in front of the server.</summary>
    public static Task<Target> PeerAsync(string name, IPEndPoint address) =>
        Task.FromResult(new Target(name, address, null));

    /// <summary>HAProxy in TCP mode: parses nothing, pools nothing; the practical limit of a proxy.</summary>
    public static async Task<Target> HaProxyAsync(IPEndPoint server)
    {
        var address = FreeAddress();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            $"""
            global
                nbthread {Environment.ProcessorCount}
                maxconn 9900
            defaults
                mode tcp
                timeout connect 5s
                timeout client 1h
                timeout server 1h
            listen weir-bench
                bind {address} backlog 65535
                server s {server}

            """
        );
        return await StartAsync(HaProxyName, address, "/usr/sbin/haproxy", ["-db", "-f", file]);
    }

    public static Task<Target> WeirAsync(string program, IPEndPoint server)
    {
        var address = FreeAddress();
        var upstream = $"mongodb://{server}/?maxPoolSize=10&directConnection=true";
        return StartAsync(
            WeirName,
            address,
            program,
            ["serve", "--listen", $"{address}", "--upstream", upstream]
        );
    }

    /// <summary>Weir with metrics on, a dashboard that looks on and a scrape every second.</summary>
    public static async Task<Target> WatchedWeirAsync(string program, IPEndPoint server)
    {
        var address = FreeAddress();
        var admin = FreeAddress();
        var upstream = $"mongodb://{server}/?maxPoolSize=10&directConnection=true";
        var target = await StartAsync(
            "Weir, watched",
            address,
            program,
            ["serve", "--listen", $"{address}", "--upstream", upstream, "--admin", $"{admin}"]
        );
        target._watcher = new Watcher(admin);
        return target;
    }

    /// <summary>
    /// Weir that exports metrics and the spans of a hundredth of the exchanges, to a collector that takes no connection:
    /// all is made and packed, and nobody else has to work for it.
    /// </summary>
    public static async Task<Target> TracedWeirAsync(string program, IPEndPoint server)
    {
        var address = FreeAddress();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            $$"""
            {
              "upstreams": [{ "name": "main", "uri": "mongodb://{{server}}/?maxPoolSize=10&directConnection=true" }],
              "listeners": [{ "listen": "{{address}}", "upstream": "main" }],
              "telemetry": {
                "otlp": { "endpoint": "http://{{FreeAddress()}}", "protocol": "http/protobuf", "traceRatio": 0.01 }
              }
            }
            """
        );
        return await StartAsync("Weir, traced", address, program, ["serve", "--config", file]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_watcher is not null)
        {
            await _watcher.DisposeAsync();
        }

        if (_process is null)
        {
            return;
        }

        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<Target> StartAsync(
        string name,
        IPEndPoint address,
        string program,
        string[] arguments
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Complain(name, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Reachable.WaitAsync(address, process);
        return new Target(name, address, process);
    }

    /// <summary>Passes on what goes wrong; what a target tells about its everyday life would hide it.</summary>
    private static void Complain(string name, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line) && !line.Contains(" info: ", StringComparison.Ordinal))
        {
            Console.Error.WriteLine($"{name}: {line}");
        }
    }

    private static IPEndPoint FreeAddress()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return (IPEndPoint)probe.LocalEndpoint;
    }
}

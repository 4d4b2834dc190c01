using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Weir.Cli.Configuration;
using Weir.Protocol.Bson;
using Weir.Proxy;
using Weir.Proxy.Administration;
using Weir.Proxy.Metrics;
using Weir.Transport;

namespace Weir.Cli.Serve;

/// <summary>The pooler as a process: serves until a signal, drains, and ends with 0.</summary>
/// <param name="configuration">What to serve.</param>
/// <param name="read">Reads the configuration again.</param>
internal sealed class ServeProgram(WeirConfiguration configuration, Func<WeirConfiguration> read)
{
    public async Task<int> RunAsync()
    {
        using var loggers = CreateLoggers();
        using var signals = new StopSignals();
        using var metrics = configuration.WantsMetrics ? new ProxyMetrics() : null;
        await using var network = Network.CreateDefault();
        await using var proxy = new ProxyServer(
            configuration.Proxy with
            {
                Metrics = metrics,
                TraceRatio = configuration.Telemetry.Otlp?.TraceRatio ?? 1,
            },
            network,
            loggers
        );
        using var telemetry = new Telemetry(proxy, loggers);
        using var trim = new MemoryTrim(
            () => RequestsOf(proxy.Statistics),
            network.Trim,
            TimeProvider.System
        );
        try
        {
            await proxy.StartAsync();
        }
        catch (Exception error) when (error is ListenException or TlsFileException)
        {
            await Console.Error.WriteLineAsync($"weir serve: {error.Message}");
            return 1;
        }

        foreach (var (endPoint, listener) in proxy.EndPoints.Zip(configuration.Proxy.Listeners))
        {
            Console.Out.WriteLine(ReadyLine.For(endPoint, listener.Upstream));
        }

        AdminParts? admin = null;
        var live = new LiveConfiguration(
            configuration,
            read,
            next =>
            {
                proxy.ReplaceUsers(next.Proxy.Users, next.Proxy.UpstreamCredentials);
                telemetry.Apply(next.Telemetry);
                admin?.ChangeToken(next.Admin?.Token);
            }
        );
        live.AddTo(proxy.Administration, proxy);
        proxy.Administration.Add(DrainAction(signals));
        telemetry.Apply(configuration.Telemetry);
        using var hangUp = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP,
            context => Reload(context, live, proxy)
        );
        await using var sync = configuration.Admin is null
            ? null
            : SyncTables.TryAdd(configuration.SyncFile, proxy.Administration, loggers);
        if (metrics is not null)
        {
            try
            {
                admin = await AdminParts.StartAsync(configuration, proxy, metrics, loggers);
            }
            catch (IOException error)
            {
                await Console.Error.WriteLineAsync($"weir serve: admin.listen: {error.Message}");
                return 1;
            }
        }

        await signals.FirstAsync();
        // Whoever looks on sees the drain, and readiness says no.
        await proxy.DrainAsync(live.Current.Drain);
        if (admin is not null)
        {
            await admin.DisposeAsync();
        }

        return 0;
    }

    private static long RequestsOf(ProxyStatistics statistics) =>
        statistics.Exchanges + statistics.LocalAnswers;

    private static AdminAction DrainAction(StopSignals signals) =>
        new(
            "drain",
            "drain",
            "Stop as SIGTERM does: accept no more, let what is under way finish, close everything, end the process.",
            null,
            (_, _) =>
            {
                signals.Stop();
                return Task.FromResult(new BsonDocument("draining", true));
            }
        );

    private static void Reload(PosixSignalContext context, LiveConfiguration live, ProxyServer proxy)
    {
        context.Cancel = true;
        try
        {
            live.Reload(proxy.Events);
        }
        catch (AdminActionException error)
        {
            Console.Error.WriteLine($"weir serve: nothing was reloaded: {error.Message}");
        }
    }

    // Standard output is for the lines that scripts read; the log goes to standard error.
    private static ILoggerFactory CreateLoggers() =>
        LoggerFactory.Create(logging =>
            logging
                .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
                .AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.UseUtcTimestamp = true;
                    console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                    console.ColorBehavior = LoggerColorBehavior.Disabled;
                })
        );
}

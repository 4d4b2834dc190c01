using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Weir.Cli.Configuration;
using Weir.Proxy;
using Weir.Transport;

namespace Weir.Cli.Serve;

/// <summary>The pooler as a process: serves until a signal, drains, and ends with 0.</summary>
internal sealed class ServeProgram(WeirConfiguration configuration)
{
    public async Task<int> RunAsync()
    {
        using var loggers = CreateLoggers();
        using var signals = new StopSignals();
        await using var network = Network.CreateDefault();
        await using var proxy = new ProxyServer(configuration.Proxy, network, loggers);
        try
        {
            await proxy.StartAsync();
        }
        catch (ListenException error)
        {
            await Console.Error.WriteLineAsync($"weir serve: {error.Message}");
            return 1;
        }

        foreach (var (endPoint, listener) in proxy.EndPoints.Zip(configuration.Proxy.Listeners))
        {
            Console.Out.WriteLine(ReadyLine.For(endPoint, listener.Upstream));
        }

        await signals.FirstAsync();
        await proxy.DrainAsync(configuration.Drain);
        return 0;
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

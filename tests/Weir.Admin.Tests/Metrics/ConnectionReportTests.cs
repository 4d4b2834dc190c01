using Microsoft.Extensions.Logging;
using Weir.Proxy.Metrics;
using Weir.Testing;

namespace Weir.Admin.Tests.Metrics;

public sealed class ConnectionReportTests
{
    [Fact]
    public async Task A_line_about_connections_is_written_every_interval()
    {
        await using var stage = await AdminStage.StartAsync();
        await AdminStage.PingAsync(await stage.ConnectAsync());
        var clock = new ManualClock();
        using var log = new Lines();
        using var report = new ConnectionReport(stage.Proxy, log, TimeSpan.FromMinutes(1), clock);

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Empty(log.Written);
        clock.Advance(TimeSpan.FromSeconds(1));

        var line = Assert.Single(log.Written);
        Assert.Matches(
            @"^\d+ clients, \d+ connections, 0 waiting; \d+ connections opened and 0 closed, [\d.]+ exchanges/s, 0 errors since the last line; 127\.0\.0\.1:\d+ 0 in use, \d+ idle, \d+ connecting, at most 4$",
            line
        );
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, log.Written.Count);
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public List<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) { }

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Written.Add(formatter(state, exception));
    }
}

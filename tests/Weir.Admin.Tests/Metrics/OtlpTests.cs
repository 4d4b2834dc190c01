using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Weir.Admin.Tests.Metrics;

/// <summary>What a collector of the test's own is sent over OTLP.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task A_collector_gets_metrics_and_the_spans_of_exchanges()
    {
        await using var collector = await Collector.StartAsync();
        await using var stage = await AdminStage.StartAsync();
        using (var export = new OtlpExport(Settings(collector) with { TraceRatio = 1 }))
        {
            // A span ends after its reply was sent, but before the connection's next request is read.
            var server = await stage.ConnectAsync();
            await AdminStage.PingAsync(server);
            await AdminStage.PingAsync(server);
        }

        // Strings stand in protobuf as they are.
        Assert.Contains(
            "db.client.connection.count",
            collector.Received("/v1/metrics"),
            StringComparison.Ordinal
        );
        var traces = collector.Received("/v1/traces");
        Assert.Contains("ping app", traces, StringComparison.Ordinal);
        Assert.Contains("db.system.name", traces, StringComparison.Ordinal);
        Assert.Contains("weir.wait_time", traces, StringComparison.Ordinal);
        Assert.Contains("service.name", traces, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_ratio_there_are_metrics_alone()
    {
        await using var collector = await Collector.StartAsync();
        await using var stage = await AdminStage.StartAsync();
        using (var export = new OtlpExport(Settings(collector)))
        {
            await AdminStage.PingAsync(await stage.ConnectAsync());
        }

        Assert.NotEmpty(collector.Received("/v1/metrics"));
        Assert.Empty(collector.Received("/v1/traces"));
    }

    private static OtlpSettings Settings(Collector collector) =>
        new(collector.Address, UseHttp: true, TimeSpan.FromMinutes(1));

    private sealed class Collector : IAsyncDisposable
    {
        private readonly WebApplication _application;
        private readonly ConcurrentQueue<(string Path, string Body)> _requests = new();

        private Collector()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            _application = builder.Build();
            _application.Urls.Add($"http://{IPAddress.Loopback}:0");
            _application.Run(TakeAsync);
        }

        public Uri Address => new(_application.Urls.First());

        public static async Task<Collector> StartAsync()
        {
            var collector = new Collector();
            await collector._application.StartAsync();
            return collector;
        }

        public string Received(string path) =>
            string.Concat(_requests.Where(r => r.Path == path).Select(r => r.Body));

        public ValueTask DisposeAsync() => _application.DisposeAsync();

        private async Task TakeAsync(HttpContext context)
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
            _requests.Enqueue((context.Request.Path, await reader.ReadToEndAsync()));
        }
    }
}

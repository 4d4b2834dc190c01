using Microsoft.AspNetCore.Http;
using Weir.Admin.Feeds;
using Weir.Admin.Metrics;
using Weir.Proxy;

namespace Weir.Admin.Http;

/// <summary>Everything that is answered, but the tables and actions of the desk.</summary>
internal static class AdminRoutes
{
    public static IReadOnlyList<Route> Create(
        ProxyServer proxy,
        MetricCollector metrics,
        LevelHistory history,
        LiveFeed feed,
        TokenGate gate
    )
    {
        return
        [
            new(
                "GET",
                "/healthz",
                IsOpen: true,
                new Operation("health", "200 while the process answers.", "text/plain"),
                static (context, _) => Answers.TextAsync(context, "ok\n", "text/plain")
            ),
            new(
                "GET",
                "/readyz",
                IsOpen: true,
                new Operation(
                    "readiness",
                    "200 when every upstream has a server to send operations to and Weir is not draining, else 503 with the reasons.",
                    "text/plain"
                ),
                (context, _) => Readiness.AnswerAsync(context, proxy)
            ),
            new(
                "GET",
                "/metrics",
                IsOpen: false,
                new Operation("metrics", "Metrics in Prometheus' text format.", "text/plain"),
                (context, _) =>
                    Answers.TextAsync(context, metrics.ToPrometheusText(), PrometheusText.ContentType)
            ),
            new(
                "GET",
                "/api/v1/level",
                IsOpen: false,
                new Operation(
                    "level",
                    "The level of the last quarter of an hour, second by second.",
                    Answers.Json
                ),
                (context, _) => LevelAsync(context, history)
            ),
            new(
                "GET",
                "/api/v1/live",
                IsOpen: false,
                new Operation(
                    "live",
                    "Server-sent events: 'history' once, 'level' with the tables every second, 'happened' for each event.",
                    "text/event-stream"
                ),
                (context, _) => EventStream.RunAsync(context, feed)
            ),
            .. Session.Routes(gate),
            .. StaticFiles.Routes(),
        ];
    }

    private static Task LevelAsync(HttpContext context, LevelHistory history) =>
        Answers.JsonAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("items");
                foreach (var sample in history.All())
                {
                    sample.Write(json);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }
        );
}

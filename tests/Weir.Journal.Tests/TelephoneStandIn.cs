using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Weir.Journal.Tests;

/// <summary>
/// A telephony service of the shape that they have, over HTTP on loopback: a call rings when it is asked about for the
/// first time, and is over when it is asked again. Remembers every request to place one.
/// </summary>
internal sealed class TelephoneStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _asked = new();

    private TelephoneStandIn(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single() + "/");

    /// <summary>The keys of all requests to place a call.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>How many requests to place a call fail first.</summary>
    public int Failures { get; set; }

    public static async Task<TelephoneStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var standIn = new TelephoneStandIn(app);
        app.MapPost("/calls", standIn.Place);
        app.MapGet("/calls/{id}", standIn.Get);
        await app.StartAsync();
        return standIn;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Place(HttpRequest request)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        Requests.Enqueue(key);
        if (Failures > 0)
        {
            Failures--;
            return Results.StatusCode(503);
        }
        return Results.Json(new { id = "c-" + key.Replace('/', '-') });
    }

    private IResult Get(string id) =>
        _asked.AddOrUpdate(id, 1, (_, n) => n + 1) == 1
            ? Results.Json(new { status = "ringing" })
            : Results.Json(new { status = "completed", transcript = $"told in {id}" });
}

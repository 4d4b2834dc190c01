using System.Collections.Concurrent;

namespace Weir.Samples.Journal.Demo;

/// <summary>
/// A telephony service in this process: counts the calls it places, by key, and how often it was asked to place each.
/// A call takes a second.
/// </summary>
internal sealed class Telephone : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _placed = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _begun = new();
    private readonly WebApplication _app;

    private Telephone(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single() + "/";

    /// <summary>Calls placed: different ones.</summary>
    public int Calls => _placed.Count;

    /// <summary>Requests to place a call that had been placed: each of them would have rung twice without its key.</summary>
    public int Repeats => _placed.Values.Sum() - _placed.Count;

    public IEnumerable<string> Keys => _placed.Keys;

    public static async Task<Telephone> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var telephone = new Telephone(app);
        app.MapPost("/calls", telephone.Place);
        app.MapGet("/calls/{id}", telephone.Get);
        await app.StartAsync();
        return telephone;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Place(HttpRequest request)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        _placed.AddOrUpdate(key, 1, static (_, n) => n + 1);
        var id = key.Replace('/', '_');
        _begun.TryAdd(id, DateTimeOffset.UtcNow);
        return Results.Json(new { id });
    }

    private IResult Get(string id) =>
        !_begun.TryGetValue(id, out var begun) ? Results.NotFound()
        : DateTimeOffset.UtcNow - begun < TimeSpan.FromSeconds(1) ? Results.Json(new { status = "ringing" })
        : Results.Json(new { status = "completed", transcript = $"A day like any other ({id})." });
}

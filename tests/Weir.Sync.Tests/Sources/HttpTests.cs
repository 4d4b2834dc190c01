using System.Globalization;
using System.Net;
using Weir.Protocol.Bson;
using Weir.Sync.Jobs;
using Weir.Sync.Runs;
using Weir.Sync.Sources;
using Weir.Sync.Sources.Http;

namespace Weir.Sync.Tests.Sources;

/// <summary>JSON APIs, against a server of the tests' own.</summary>
public class HttpTests
{
    private const int Count = 53;
    private const int PageSize = 10;

    [Fact]
    public async Task Numbered_pages_are_read_until_one_is_empty()
    {
        await using var api = new JsonApi(request => Page(Number(request, "page") - 1));

        await SourceContract.HoldsAsync(
            await OpenAsync(api, s => s with { Pages = new(PaginationKind.Number, "page") }),
            Count
        );
        Assert.Contains("/v1/tickets?per_page=10&page=7", api.Asked);
    }

    [Fact]
    public async Task A_cursor_is_followed()
    {
        await using var api = new JsonApi(request =>
        {
            var page = Number(request, "after");
            return (
                200,
                $$"""{ "data": [{{Records(page)}}], "meta": { "next": {{(HasNext(page) ? $"\"{page + 1}\"" : "null")}} } }""",
                []
            );
        });

        await SourceContract.HoldsAsync(
            await OpenAsync(
                api,
                s => s with { Items = "data", Pages = new(PaginationKind.Cursor, "after", "meta.next") }
            ),
            Count
        );
    }

    [Fact]
    public async Task A_link_in_the_header_is_followed()
    {
        await using var api = new JsonApi(request =>
        {
            var page = Number(request, "p");
            (string, string)[] headers = HasNext(page)
                ? [("Link", $"</v1/tickets?p=0>; rel=\"first\", </v1/tickets?p={page + 1}>; rel=\"next\"")]
                : [];
            return (200, $"[{Records(page)}]", headers);
        });

        await SourceContract.HoldsAsync(
            await OpenAsync(api, s => s with { Pages = new(PaginationKind.Link, From: "header") }),
            Count
        );
    }

    [Fact]
    public async Task A_link_in_the_answer_is_followed()
    {
        await using var api = new JsonApi(request =>
        {
            var page = Number(request, "p");
            var next = HasNext(page) ? $"\"/v1/tickets?p={page + 1}\"" : "null";
            return (200, $$"""{ "data": [{{Records(page)}}], "links": { "next": {{next}} } }""", []);
        });

        await SourceContract.HoldsAsync(
            await OpenAsync(
                api,
                s => s with { Items = "data", Pages = new(PaginationKind.Link, From: "links.next") }
            ),
            Count
        );
    }

    [Fact]
    public async Task A_link_to_another_host_is_not_followed_with_credentials()
    {
        await using var api = new JsonApi(_ =>
            (200, """{ "data": [], "next": "http://elsewhere.example/" }""", [])
        );
        var source = await OpenAsync(
            api,
            s => s with { Items = "data", Bearer = "secret", Pages = new(PaginationKind.Link, From: "next") }
        );

        var error = await Assert.ThrowsAsync<SourceException>(() => SourceContract.ReadAllAsync(source));

        Assert.Contains("another host, elsewhere.example", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token", null, "Bearer token")]
    [InlineData(null, "Aladdin", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]
    public async Task Credentials_are_sent(string? bearer, string? user, string expected)
    {
        string? sent = null;
        await using var api = new JsonApi(request =>
        {
            sent = request.Headers["Authorization"];
            return (200, "[]", []);
        });
        var source = await OpenAsync(
            api,
            s => s with { Bearer = bearer, Basic = user is null ? null : (user, "open sesame") }
        );

        await SourceContract.ReadAllAsync(source);

        Assert.Equal(expected, sent);
    }

    [Fact]
    public async Task Retry_After_is_respected_and_the_copy_is_whole()
    {
        var refusals = 0;
        var times = new List<DateTime>();
        await using var stage = await Stage.StartAsync();
        await using var api = new JsonApi(request =>
        {
            lock (times)
            {
                times.Add(DateTime.UtcNow);
            }
            return Number(request, "page") == 3 && Interlocked.Increment(ref refusals) == 1
                ? (429, "slow down", [("Retry-After", "1")])
                : Page(Number(request, "page") - 1);
        });

        var progress = await stage.RunToEndAsync(
            $$"""
            destinations: { d: "{uri}" }
            sources: { s: { http: { url: "{{api.Url}}v1", pages: { number: page } } } }
            jobs: { j: { source: s, destination: d, database: crm, entities: { tickets: { key: id } } } }
            """
        );

        Assert.Equal((Count, 1), (progress.Counts.Written, progress.Retries));
        var pauses = times.Zip(times.Skip(1), (one, next) => next - one);
        Assert.Contains(pauses, pause => pause >= TimeSpan.FromSeconds(0.95));
    }

    [Fact]
    public async Task What_is_forbidden_fails_at_once_and_says_so()
    {
        await using var stage = await Stage.StartAsync();
        await using var api = new JsonApi(_ => (403, "no", []));

        var results = await stage.RunAsync(
            $$"""
            destinations: { d: "{uri}" }
            sources: { s: { http: { url: "{{api.Url}}v1" } } }
            jobs: { j: { source: s, destination: d, database: crm, entities: { tickets: { key: id } } } }
            """
        );

        Assert.Equal(EntityOutcome.Failed, results[0].Result!.Outcome);
        Assert.Contains("v1/tickets answers with 403", results[0].Result!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_watermark_of_the_last_run_is_asked_for()
    {
        await using var stage = await Stage.StartAsync();
        await using var api = new JsonApi(_ =>
            (
                200,
                """[{ "id": 1, "at": "2026-01-02T03:04:05Z" }, { "id": 2, "at": "2026-01-02T03:00:00Z" }]""",
                []
            )
        );
        var job = $$"""
            destinations: { d: "{uri}" }
            sources: { s: { http: { url: "{{api.Url}}v1", since: changed_after } } }
            jobs:
              j:
                source: s
                destination: d
                database: crm
                mode: incremental
                entities: { tickets: { key: id, watermark: { field: at, overlap: 4m } } }
            """;
        await stage.RunToEndAsync(job);

        await stage.RunToEndAsync(job);

        Assert.Equal(["/v1/tickets", "/v1/tickets?changed_after=2026-01-02T03%3A00%3A05.000Z"], api.Asked);
    }

    private static ValueTask<ISyncSource> OpenAsync(
        JsonApi api,
        Func<HttpSourceSettings, HttpSourceSettings> with
    )
    {
        var settings = with(
            new HttpSourceSettings
            {
                Name = "api",
                Url = new Uri(api.Url, "v1"),
                Parameters = new Dictionary<string, string> { ["per_page"] = "10" },
            }
        );
        var entity = new SyncEntity
        {
            Name = "e",
            From = "tickets",
            Into = "e",
            Key = ["id"],
        };
        return settings.OpenAsync(entity, new SourceContext(null!, TimeProvider.System), Stage.Ending);
    }

    private static (int, string, (string, string)[]) Page(int page) => (200, $"[{Records(page)}]", []);

    private static string Records(int page) =>
        string.Join(
            ',',
            Enumerable
                .Range(page * PageSize, PageSize)
                .Where(i => i < Count)
                .Select(i => $$"""{ "id": {{i}}, "title": "ticket {{i}}" }""")
        );

    private static bool HasNext(int page) => (page + 1) * PageSize < Count;

    private static int Number(HttpListenerRequest request, string name) =>
        int.Parse(request.QueryString[name] ?? "0", CultureInfo.InvariantCulture);
}

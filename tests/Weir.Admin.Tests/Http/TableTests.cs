using System.Net;
using System.Text.Json.Nodes;
using Weir.Proxy.Administration;

namespace Weir.Admin.Tests.Http;

public sealed class TableTests
{
    [Fact]
    public async Task Every_row_of_every_table_has_the_columns_that_it_says()
    {
        await using var stage = await AdminStage.StartAsync();
        await AdminStage.PingAsync(await stage.ConnectAsync());

        foreach (var table in stage.Proxy.Administration.Tables)
        {
            var names = table.Columns.Select(c => c.Name).ToList();
            Assert.All(table.Rows(), row => Assert.Equal(names, row.Names));
        }
    }

    [Fact]
    public async Task A_client_is_shown_with_its_application_and_can_be_filtered_by_it()
    {
        await using var stage = await AdminStage.StartAsync();
        await AdminStage.PingAsync(await stage.ConnectAsync("api"));
        await AdminStage.PingAsync(await stage.ConnectAsync("worker"));

        var all = await stage.GetAsync("clients");
        var some = await stage.GetAsync("clients?application=worker");

        Assert.Contains("api", Applications(all));
        Assert.NotEmpty(Applications(some));
        Assert.All(Applications(some), name => Assert.Equal("worker", name));
        Assert.Equal(0, (await stage.GetAsync("clients?application=nobody"))["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task Rows_can_be_sorted_and_bounded()
    {
        await using var stage = await AdminStage.StartAsync();
        await AdminStage.PingAsync(await stage.ConnectAsync("a"));
        await AdminStage.PingAsync(await stage.ConnectAsync("b"));

        var answer = await stage.GetAsync("clients?sort=-id&limit=1");

        var only = Assert.Single(answer["items"]!.AsArray());
        Assert.True(answer["total"]!.GetValue<int>() > 1);
        Assert.Equal(stage.Proxy.ListClients().Max(c => c.Id), only!["id"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("clients?nothing=1", "has no column nothing")]
    [InlineData("clients?limit=many", "limit must be")]
    [InlineData("clients?id=first", "is a number")]
    public async Task What_cannot_be_asked_is_refused_with_the_reason(string path, string reason)
    {
        await using var stage = await AdminStage.StartAsync();

        using var answer = await stage.Http.GetAsync(
            new Uri("/api/v1/" + path, UriKind.Relative),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(
            reason,
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_table_of_another_part_is_served_like_Weirs_own()
    {
        await using var stage = await AdminStage.StartAsync();
        var desk = stage.Proxy.Administration;
        desk.Add(
            new TableBuilder<string>()
                .Text("name", "Its name", n => n)
                .Build("destinations", "A destination.", () => ["crm"])
        );

        Assert.Equal("crm", (await stage.GetAsync("destinations"))["items"]![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_path_of_the_OpenAPI_document_answers()
    {
        await using var stage = await AdminStage.StartAsync();
        var document = JsonNode.Parse(
            await stage.Http.GetStringAsync(
                new Uri("/openapi.json", UriKind.Relative),
                TestContext.Current.CancellationToken
            )
        )!;

        Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
        var gets = document["paths"]!
            .AsObject()
            .Where(p => p.Value!["get"] is not null)
            .Select(p => p.Key)
            .ToList();
        Assert.Contains("/api/v1/pools", gets);
        foreach (var path in gets)
        {
            using var answer = await stage.Http.GetAsync(
                new Uri(path, UriKind.Relative),
                HttpCompletionOption.ResponseHeadersRead,
                TestContext.Current.CancellationToken
            );
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var posts = document["paths"]!.AsObject().Where(p => p.Value!["post"] is not null).Select(p => p.Key);
        Assert.Contains("/api/v1/clients/{id}/kill", posts);
    }

    private static IEnumerable<string?> Applications(JsonNode answer) =>
        answer["items"]!.AsArray().Select(row => row!["application"]?.GetValue<string>());
}

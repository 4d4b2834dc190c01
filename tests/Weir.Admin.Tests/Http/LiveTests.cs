using System.Text.Json.Nodes;

namespace Weir.Admin.Tests.Http;

public sealed class LiveTests
{
    [Fact]
    public async Task Who_looks_on_hears_the_history_then_the_level_and_what_happens()
    {
        await using var stage = await AdminStage.StartAsync();
        await using var stream = await stage.Http.GetStreamAsync(
            new Uri("/api/v1/live", UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        using var reader = new StreamReader(stream);

        var (first, history) = await ReadAsync(reader);
        Assert.Equal("history", first);
        Assert.Contains(history["events"]!.AsArray(), e => e!["kind"]!.GetValue<string>() == "PoolReady");

        using (await stage.PostAsync("upstreams/main/reconnect")) { }
        HashSet<string> heard = [];
        JsonNode? level = null;
        while (!heard.Contains("level") || !heard.Contains("happened"))
        {
            var (kind, data) = await ReadAsync(reader);
            heard.Add(kind);
            level = kind == "level" ? data : level;
        }

        Assert.Equal(4, level!["level"]!["limit"]!.GetValue<int>());
        Assert.NotEmpty(level["pools"]!["items"]!.AsArray());
    }

    [Fact]
    public async Task The_stream_ends_with_the_server()
    {
        var stage = await AdminStage.StartAsync();
        await using var stream = await stage.Http.GetStreamAsync(
            new Uri("/api/v1/live", UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        using var reader = new StreamReader(stream);
        await ReadAsync(reader);

        await stage.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is not null) { }
            throw new EndOfStreamException();
        });
    }

    private static async Task<(string Kind, JsonNode Data)> ReadAsync(StreamReader reader)
    {
        var kind = "";
        while (true)
        {
            var line =
                await reader.ReadLineAsync(TestContext.Current.CancellationToken)
                ?? throw new EndOfStreamException();
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                kind = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return (kind, JsonNode.Parse(line[6..])!);
            }
        }
    }
}

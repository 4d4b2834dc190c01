using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Weir.Cli.Tests.Serve;

namespace Weir.Cli.Tests.Documents;

/// <summary>
/// The lines that the documents show for mongosh, in mongosh, on a <c>weir serve</c> of its own; and the actions that end
/// it, over HTTP.
/// </summary>
public sealed class MongoshExamplesTests : IDisposable
{
    private static readonly string Mongosh = Path.Combine(
        Document.Root,
        "tests/drivers/mongosh/node_modules/.bin/mongosh"
    );

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-mongosh-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_lines_of_the_admin_database_do_what_they_say()
    {
        Assert.SkipUnless(File.Exists(Mongosh), "build/install-debian installs mongosh");
        var cancellation = TestContext.Current.CancellationToken;
        await using var weir = await RunningWeir.StartAsync(cancellation);
        weir.SetSlowMillis(300);
        var script = Path.Combine(_folder.FullName, "script.js");
        var block = Assert.Single(Document.Blocks, block => block.Language == "js");
        await File.WriteAllTextAsync(script, Script(block.Text), cancellation);

        var said = await MongoshAsync(weir.ConnectionString, script, cancellation);

        Assert.Equal(6, said.Length);
        Assert.Equal("main", Json(said[0])[0].GetProperty("upstream").GetString());
        Assert.Equal("[]", said[1]);
        Assert.InRange(Json(said[2]).GetInt32(), 1, 2);
        Assert.Contains("there is no client 42", said[3], StringComparison.Ordinal);
        Assert.Equal("main", Json(said[4]).GetProperty("paused").GetString());
        Assert.Equal("telemetry.slowMillis", Json(said[5]).GetProperty("changed")[0].GetString());

        using var http = new HttpClient { BaseAddress = weir.Admin };
        await PostAsync(http, "upstreams/main/resume", cancellation);
        await PostAsync(http, "reload", cancellation);
        await PostAsync(http, "drain", cancellation);
        var (code, log) = await weir.EndAsync(cancellation);
        Assert.True(code == 0, log);
    }

    // Each line by itself; what it gives, or says when it fails, on a line.
    private static string Script(string lines) =>
        string.Join(
            '\n',
            lines
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split("//")[0].TrimEnd())
                .Select(line =>
                    line.StartsWith("const ", StringComparison.Ordinal)
                        ? line
                        : $"try {{ const r = {line}; print(JSON.stringify(r.toArray ? r.toArray() : r)) }} catch (e) {{ print(e.message) }}"
                )
        );

    private static async Task<string[]> MongoshAsync(
        string uri,
        string script,
        CancellationToken cancellationToken
    )
    {
        using var mongosh = Start(Mongosh, uri, "--quiet", "--norc", "--file", script);
        var errors = mongosh.StandardError.ReadToEndAsync(cancellationToken);
        var output = await mongosh.StandardOutput.ReadToEndAsync(cancellationToken);
        await mongosh.WaitForExitAsync(cancellationToken);
        Assert.True(mongosh.ExitCode == 0, output + await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task PostAsync(HttpClient http, string action, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsync(
            new Uri($"/api/v1/{action}", UriKind.Relative),
            null,
            cancellationToken
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Weir.Sandbox;

namespace Weir.Admin.Tests.Metrics;

/// <summary>What a real scrape has, and that rules and dashboards ask for nothing else.</summary>
public sealed partial class ScrapeTests
{
    [Theory]
    [InlineData("db_client_connection_count", "db_client_connection_state=\"idle\"")]
    [InlineData("db_client_connection_max", "db_client_connection_pool_name=\"main/")]
    [InlineData("db_client_connection_pending_requests", "weir_upstream=\"main\"")]
    [InlineData("db_client_connection_timeouts_total", "")]
    [InlineData("db_client_connection_wait_time_seconds_bucket", "le=\"0.0001\"")]
    [InlineData("db_client_connection_use_time_seconds_count", "")]
    [InlineData("db_client_connection_create_time_seconds_sum", "")]
    [InlineData("weir_exchange_duration_seconds_bucket", "db_operation_name=\"ping\"")]
    [InlineData("weir_connection_closed_total", "weir_close_reason=\"idle\"")]
    [InlineData("weir_clients", "")]
    [InlineData("weir_errors_total", "error_type=\"check_out_timeout\"")]
    [InlineData("weir_server_up", "server_address=\"127.0.0.1:")]
    [InlineData("dotnet_process_memory_working_set_bytes", "")]
    public async Task A_scrape_has_the_metric_with_the_label(string metric, string label)
    {
        await using var stage = await AdminStage.StartAsync();
        await AdminStage.PingAsync(await stage.ConnectAsync());

        var samples = Samples(await ScrapeAsync(stage));

        Assert.Contains(samples, s => s.Name == metric && s.Labels.Contains(label, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("prometheus-rules.yml")]
    [InlineData("grafana-dashboard.json")]
    public async Task Every_metric_and_label_that_is_asked_for_is_in_a_scrape(string file)
    {
        await using var stage = await AdminStage.StartAsync(
            new SandboxOptions { Members = 1, ReplicaSetName = "rs0" }
        );
        await AdminStage.PingAsync(await stage.ConnectAsync());
        var samples = Samples(await ScrapeAsync(stage));
        var names = samples.Select(s => s.Name).ToHashSet();
        var labels = samples
            .SelectMany(s => LabelName().Matches(s.Labels).Select(m => m.Groups[1].Value))
            .ToHashSet();

        var expressions = Expressions(file).ToList();

        Assert.True(expressions.Count >= 8, $"{file} has only {expressions.Count} expressions");
        foreach (var expression in expressions)
        {
            // What is left when labels are taken out: names of metrics and functions.
            var bare = Braces().Replace(Grouping().Replace(expression, " "), " ");
            var asked = MetricName().Matches(bare).Select(m => m.Value).ToList();
            Assert.NotEmpty(asked);
            Assert.Subset(names, asked.ToHashSet());
            Assert.Subset(labels, LabelsOf(expression).ToHashSet());
        }
    }

    private static Task<string> ScrapeAsync(AdminStage stage) =>
        stage.Http.GetStringAsync(
            new Uri("/metrics", UriKind.Relative),
            TestContext.Current.CancellationToken
        );

    private static List<(string Name, string Labels)> Samples(string scrape) =>
        [
            .. scrape
                .Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => Sample().Match(line))
                .Select(match => (match.Groups[1].Value, match.Groups[2].Value)),
        ];

    private static IEnumerable<string> Expressions(string file)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "deploy", file));
        return file.EndsWith(".json", StringComparison.Ordinal)
            ? Find(JsonNode.Parse(text)!)
            : RuleExpression().Matches(text).Select(m => m.Groups[1].Value);
    }

    private static IEnumerable<string> Find(JsonNode node) =>
        node switch
        {
            JsonObject o => o.SelectMany(p =>
                p is { Key: "expr", Value: JsonValue expression } ? [expression.GetValue<string>()]
                : p.Value is null ? []
                : Find(p.Value)
            ),
            JsonArray a => a.Where(item => item is not null).SelectMany(item => Find(item!)),
            _ => [],
        };

    /// <summary>Labels in selectors, and those that are grouped by.</summary>
    private static IEnumerable<string> LabelsOf(string expression) =>
        LabelName()
            .Matches(expression)
            .Select(m => m.Groups[1].Value)
            .Concat(
                Grouping()
                    .Matches(expression)
                    .SelectMany(m => m.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
            )
            // The scraper's own.
            .Where(label => label is not ("job" or "instance" or ""));

    [GeneratedRegex(@"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? [^ ]+$")]
    private static partial Regex Sample();

    [GeneratedRegex(@"\b(?:weir|db_client|dotnet)_[a-z0-9_]+\b(?=[\s{\[)]|$)")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"([a-z_]+)\s*(?:=~|!~|!=|=)\s*""")]
    private static partial Regex LabelName();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"^\s+expr: (.+)$", RegexOptions.Multiline)]
    private static partial Regex RuleExpression();
}

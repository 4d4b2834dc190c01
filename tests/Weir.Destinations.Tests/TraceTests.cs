using System.Collections.Concurrent;
using System.Diagnostics;
using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.Metrics;
using Weir.Protocol.Bson;

namespace Weir.Destinations.Tests;

/// <summary>What a listener is told of a lease's commands, by the names of OpenTelemetry's conventions.</summary>
public sealed class TraceTests : IDisposable
{
    // Other tests' commands are heard too, and told apart by their database.
    private readonly string _database = $"traced-{Guid.NewGuid():n}";
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == CommandTraces.SourceName || source.Name == _database,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.GetTagItem("db.namespace") as string == _database)
                {
                    _spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_command_is_a_span_that_says_what_was_done_where_and_is_part_of_the_callers()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        using var source = new ActivitySource(_database);
        using var outer = source.StartActivity("a request")!;

        await lease.Collection(_database, "people").InsertOneAsync(new("_id", 1), cancellationToken: Token);

        var span = Assert.Single(_spans);
        Assert.Equal("insert people", span.DisplayName);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal("mongodb", span.GetTagItem("db.system.name"));
        Assert.Equal("insert", span.GetTagItem("db.operation.name"));
        Assert.Equal("people", span.GetTagItem("db.collection.name"));
        Assert.Equal("crm", span.GetTagItem("weir.destination"));
        Assert.NotNull(span.GetTagItem("server.address"));
        Assert.Null(span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal(outer.SpanId, span.ParentSpanId);
        Assert.Same(outer, Activity.Current);
    }

    [Fact]
    public async Task Every_command_of_a_cursor_has_its_collection()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var people = lease.Collection(_database, "people");
        await people.InsertManyAsync([new("_id", 1), new("_id", 2), new("_id", 3)], cancellationToken: Token);

        await foreach (
            var _ in people.FindAsync([], new FindOptions { BatchSize = 2 }, cancellationToken: Token)
        ) { }

        Assert.Equal(
            ["insert people", "find people", "getMore people"],
            _spans.Select(span => span.DisplayName)
        );
    }

    [Fact]
    public async Task A_servers_error_has_its_code_and_no_words()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);

        var refused = await Assert.ThrowsAsync<CommandException>(() =>
            lease.RunCommandAsync(_database, new BsonDocument("noSuchCommand", 1), Token).AsTask()
        );

        var span = Assert.Single(_spans);
        Assert.Equal($"noSuchCommand {_database}", span.DisplayName);
        Assert.Equal($"{refused.Code}", span.GetTagItem("db.response.status_code"));
        Assert.Equal($"{refused.Code}", span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Null(span.StatusDescription);
    }
}

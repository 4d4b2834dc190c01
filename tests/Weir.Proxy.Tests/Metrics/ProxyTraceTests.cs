using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Weir.Protocol.Bson;
using Weir.Proxy.Metrics;
using Weir.Proxy.Tests.Sandboxed;
using Weir.Proxy.Tests.Scripted;
using Weir.Sandbox;

namespace Weir.Proxy.Tests.Metrics;

/// <summary>What a listener is told of exchanges, by the names of OpenTelemetry's conventions.</summary>
public sealed class ProxyTraceTests : IDisposable
{
    // Other tests' exchanges are heard too, and told apart by their database.
    private readonly string _database = $"traced-{Guid.NewGuid():n}";
    private readonly BlockingCollection<Activity> _spans = [];
    private readonly ConcurrentBag<string> _sampled = [];
    private readonly ActivityListener _listener;
    private ActivitySamplingResult _sampling = ActivitySamplingResult.AllDataAndRecorded;

    public ProxyTraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ProxyTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                _sampled.Add(options.Name);
                return _sampling;
            },
            ActivityStopped = span =>
            {
                if ((span.GetTagItem("db.namespace") as string)?.StartsWith(_database) == true)
                    _spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _spans.Dispose();
    }

    [Fact]
    public async Task An_exchange_is_a_span_that_says_what_was_done_where()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(new());
        await using RawClient client = await stage.ConnectAsync();
        DateTime before = DateTime.UtcNow;

        await client.RunAsync(
            Command("insert", "entries", ("documents", new BsonArray([new BsonDocument("_id", 1)])))
        );
        Activity span = Next();

        Assert.Equal("insert entries", span.DisplayName);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal("mongodb", span.GetTagItem("db.system.name"));
        Assert.Equal("insert", span.GetTagItem("db.operation.name"));
        Assert.Equal("entries", span.GetTagItem("db.collection.name"));
        Assert.Equal(_database, span.GetTagItem("db.namespace"));
        Assert.Equal("127.0.0.1", span.GetTagItem("server.address"));
        Assert.Equal(((IPEndPoint)stage.Sandbox.Members[0].EndPoint).Port, span.GetTagItem("server.port"));
        Assert.Null(span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.InRange(span.StartTimeUtc, before, DateTime.UtcNow);
        Assert.InRange(span.Duration, TimeSpan.FromTicks(1), DateTime.UtcNow - before);
    }

    [Fact]
    public async Task A_getMore_names_the_collection_of_its_cursor()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(new());
        await using RawClient client = await stage.ConnectAsync();
        var documents = new BsonArray(
            Enumerable.Range(0, 3).Select(n => (BsonValue)new BsonDocument("_id", n))
        );
        await client.RunAsync(Command("insert", "entries", ("documents", documents)));
        BsonDocument reply = await client.RunAsync(Command("find", "entries", ("batchSize", 1)));

        await client.RunAsync(
            Command("getMore", reply["cursor"].AsDocument["id"], ("collection", "entries"))
        );

        Assert.Equal("insert entries", Next().DisplayName);
        Assert.Equal("find entries", Next().DisplayName);
        Assert.Equal("getMore entries", Next().DisplayName);
    }

    [Fact]
    public async Task A_servers_error_has_its_code()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(new());
        await using RawClient client = await stage.ConnectAsync();

        BsonDocument reply = await client.RunAsync(Command("noSuchCommand", "a secret"));
        Activity span = Next();

        Assert.Equal($"noSuchCommand {_database}", span.DisplayName);
        Assert.Null(span.GetTagItem("db.collection.name"));
        Assert.Equal($"{reply["code"].AsInt32}", span.GetTagItem("db.response.status_code"));
        Assert.Equal($"{reply["code"].AsInt32}", span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    [Fact]
    public async Task An_error_of_Weirs_own_has_its_name_and_no_code()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(
            new(),
            "serverSelectionTimeoutMS=50&directConnection=true"
        );
        await using RawClient client = await stage.ConnectAsync();
        await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);

        BsonDocument reply = await client.RunAsync(Command("find", "entries"));
        Activity span = Next();

        Assert.Equal(reply["codeName"].AsString, span.GetTagItem("error.type"));
        Assert.Null(span.GetTagItem("db.response.status_code"));
        Assert.Equal("weir: " + span.StatusDescription, reply["errmsg"].AsString);
    }

    [Fact]
    public async Task A_span_is_no_part_of_what_was_traced_when_Weir_was_started()
    {
        using var source = new ActivitySource(_database);
        using var all = new ActivityListener
        {
            ShouldListenTo = s => s == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(all);
        using Activity outer = source.StartActivity("the program starts")!;
        await using SandboxStage stage = await SandboxStage.StartAsync(new());
        await using RawClient client = await stage.ConnectAsync();

        await client.RunAsync(Command("ping", 1));

        Assert.Null(Next().ParentId);
        Assert.Same(outer, Activity.Current);
    }

    [Fact]
    public async Task Of_what_the_sampler_does_not_want_there_is_no_span()
    {
        _sampling = ActivitySamplingResult.None;
        await using SandboxStage stage = await SandboxStage.StartAsync(new());
        await using RawClient client = await stage.ConnectAsync();
        await client.RunAsync(Command("count", "entries"));

        _sampling = ActivitySamplingResult.AllData;
        await client.RunAsync(Command("find", "entries"));

        Assert.Equal("find entries", Next().DisplayName);
        Assert.Empty(_spans);
        Assert.Contains("other_read", _sampled);
    }

    [Fact]
    public async Task There_are_spans_of_the_share_that_is_asked_for()
    {
        await using SandboxStage stage = await SandboxStage.StartAsync(new(), traceRatio: 0.5);
        await using RawClient client = await stage.ConnectAsync();

        for (int i = 0; i < 400; i++)
            await client.RunAsync(Command("ping", 1));
        // Read after the last of the pings has ended.
        await client.RunAsync(Command("ping", 1));

        // Fourteen standard deviations would have to be passed.
        Assert.InRange(_spans.Count, 60, 340);
    }

    private BsonDocument Command(string name, BsonValue target, params (string, BsonValue)[] more)
    {
        var command = new BsonDocument(name, target);
        foreach ((string key, BsonValue value) in more)
            command[key] = value;
        command["$db"] = _database;
        return command;
    }

    /// <summary>A span ends after its reply was sent, so it may still be to come.</summary>
    private Activity Next() =>
        _spans.TryTake(out Activity? span, TimeSpan.FromSeconds(10))
            ? span
            : throw new TimeoutException("there was no span");
}

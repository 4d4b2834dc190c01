using Weir.Protocol.Bson;
using Weir.Sync.Runs;

namespace Weir.Sync.Tests.Runs;

/// <summary>Runs that go by a watermark.</summary>
public class IncrementalTests
{
    private static readonly DateTime Noon = new(2026, 11, 27, 12, 0, 0, DateTimeKind.Utc);

    private static string Job(string deletes = "") =>
        $$"""
            destinations: { d: "{uri}" }
            sources: { s: { mongodb: { uri: "{uri}", database: shop } } }
            jobs:
              j:
                source: s
                destination: d
                database: crm
                mode: incremental
                entities:
                  orders:
                    watermark: { field: changed, overlap: 5m }
                    {{deletes}}
            """;

    [Fact]
    public async Task The_second_run_reads_what_changed_and_the_overlap()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync(
            "shop",
            "orders",
            Enumerable.Range(0, 100).Select(i => Order(i, Noon.AddMinutes(i)))
        );
        await stage.RunToEndAsync(Job());
        await stage.InsertAsync("shop", "orders", [Order(500, Noon.AddMinutes(200))]);
        // It became visible late: its time lies before the watermark, within the overlap.
        await stage.InsertAsync("shop", "orders", [Order(501, Noon.AddMinutes(96))]);

        var second = await stage.RunToEndAsync(Job());

        // From 99 minutes less 5 on: 94 to 99, and the two.
        Assert.Equal(8, second.Counts.Read);
        Assert.Equal(await stage.FindAsync("shop", "orders"), await stage.FindAsync("crm", "orders"));
        Assert.Equal(102, (await stage.FindAsync("crm", "orders")).Count);
    }

    [Fact]
    public async Task A_tombstone_deletes()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Enumerable.Range(0, 10).Select(i => Order(i, Noon)));
        var job = Job("deletes: { tombstone: deletedAt }");
        await stage.RunToEndAsync(job);
        await stage.CommandAsync(
            "shop",
            """{ "update": "orders", "updates": [{ "q": { "_id": 3 }, "u": { "$set": { "deletedAt": { "$date": "2026-11-27T12:01:00Z" }, "changed": { "$date": "2026-11-27T12:01:00Z" } } } }] }"""
        );

        var second = await stage.RunToEndAsync(job);

        Assert.Equal(1, second.Counts.Deleted);
        Assert.DoesNotContain(await stage.FindAsync("crm", "orders"), d => d["_id"] == 3);
        Assert.Equal(9, (await stage.FindAsync("crm", "orders")).Count);
    }

    [Fact]
    public async Task Comparing_deletes_what_the_source_has_no_more()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Enumerable.Range(0, 1200).Select(i => Order(i, Noon)));
        var job = Job("deletes: compare");
        await stage.RunToEndAsync(job);
        await stage.CommandAsync(
            "shop",
            """{ "delete": "orders", "deletes": [{ "q": { "_id": { "$gte": 1100 } }, "limit": 0 }] }"""
        );

        var second = await stage.RunToEndAsync(job);

        Assert.Equal(100, second.Counts.Deleted);
        Assert.Equal(await stage.FindAsync("shop", "orders"), await stage.FindAsync("crm", "orders"));
    }

    [Fact]
    public async Task A_record_that_a_filter_leaves_out_now_is_deleted()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "orders", Enumerable.Range(0, 10).Select(i => Order(i, Noon)));
        var job = Job("transforms: [ { filter: { total: { lt: 1000 } } } ]");
        await stage.RunToEndAsync(job);
        await stage.CommandAsync(
            "shop",
            """{ "update": "orders", "updates": [{ "q": { "_id": 3 }, "u": { "$set": { "total": 5000 } } }] }"""
        );

        await stage.RunToEndAsync(job);

        Assert.DoesNotContain(await stage.FindAsync("crm", "orders"), d => d["_id"] == 3);
    }

    [Fact]
    public async Task Restart_reads_everything_again()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync(
            "shop",
            "orders",
            Enumerable.Range(0, 100).Select(i => Order(i, Noon.AddMinutes(i)))
        );
        await stage.RunToEndAsync(Job());

        var second = await stage.RunToEndAsync(Job(), new RunOptions { Restart = true });

        Assert.Equal(100, second.Counts.Read);
    }

    private static BsonDocument Order(int id, DateTime changed) =>
        new()
        {
            ["_id"] = id,
            ["changed"] = changed,
            ["total"] = id * 10,
        };
}

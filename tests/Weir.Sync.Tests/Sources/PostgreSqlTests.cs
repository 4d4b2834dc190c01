using Weir.Protocol.Bson;
using Weir.Sync.Jobs;
using Weir.Sync.Sources;
using Weir.Sync.Sources.PostgreSql;

namespace Weir.Sync.Tests.Sources;

/// <summary>PostgreSQL tables and queries, from Debian's server.</summary>
public class PostgreSqlTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>
{
    [Fact]
    public async Task Rows_are_read_in_pages_and_gone_on_with_after_any()
    {
        server.Require();
        await server.ExecuteAsync(
            """
            CREATE TABLE pages (tenant int, at timestamptz, name text, PRIMARY KEY (tenant, at));
            INSERT INTO pages SELECT n % 3, '2026-01-01Z'::timestamptz + n * interval '1 microsecond', 'row ' || n FROM generate_series(1, 200) n
            """
        );

        await SourceContract.HoldsAsync(
            await OpenAsync(
                new SyncEntity
                {
                    Name = "e",
                    From = "pages",
                    Into = "e",
                    Key = ["tenant", "at"],
                }
            ),
            200
        );
    }

    [Fact]
    public async Task Every_type_becomes_its_BSON()
    {
        server.Require();
        await server.ExecuteAsync(
            """
            CREATE TABLE kinds (id uuid PRIMARY KEY, small smallint, n int, big bigint, real real, dbl double precision, num numeric,
              yes boolean, t text, v varchar(10), c char(3), d date, ts timestamp, tz timestamptz, j jsonb, b bytea, a int[], x interval, nothing text);
            INSERT INTO kinds VALUES ('12345678-1234-1234-1234-123456789012', 1, 2, 3, 1.5, 2.5, 12345678901234567890.123, true, 'text', 'var', 'abc',
              '2026-01-02', '2026-01-02 03:04:05.678', '2026-01-02 03:04:05.678+02', '{"a": [1, 2.5, "x"]}', '\x0102', '{1,2}', '1 day', NULL)
            """
        );

        var source = await OpenAsync(
            new SyncEntity
            {
                Name = "e",
                From = "kinds",
                Into = "e",
                Key = ["id"],
            }
        );
        var row = Assert.Single((await SourceContract.ReadAllAsync(source)).Records);

        Assert.Equal("12345678-1234-1234-1234-123456789012", row["id"].AsBinary.ToGuid().ToString());
        Assert.Equal((1, 2, 3L), (row["small"].AsInt32, row["n"].AsInt32, row["big"].AsInt64));
        Assert.Equal((1.5, 2.5), (row["real"].AsDouble, row["dbl"].AsDouble));
        Assert.Equal("12345678901234567890.123", row["num"].AsDecimal128.ToString());
        Assert.True(row["yes"].AsBoolean);
        Assert.Equal(("text", "var", "abc"), (row["t"].AsString, row["v"].AsString, row["c"].AsString));
        Assert.Equal(new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc), row["d"].AsDateTime);
        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc), row["ts"].AsDateTime);
        Assert.Equal(new DateTime(2026, 1, 2, 1, 4, 5, 678, DateTimeKind.Utc), row["tz"].AsDateTime);
        Assert.Equal(new BsonArray { 1, 2.5, "x" }, row["j"].AsDocument["a"].AsArray);
        Assert.Equal([1, 2], row["b"].AsBinary.Span.ToArray());
        Assert.Equal(new BsonArray { 1, 2 }, row["a"].AsArray);
        Assert.Equal("1 day", row["x"].AsString);
        Assert.True(row["nothing"].IsNull);
    }

    [Fact]
    public async Task A_row_without_a_key_is_an_error_and_not_lost()
    {
        server.Require();
        await server.ExecuteAsync("CREATE TABLE holes (k int); INSERT INTO holes VALUES (1), (NULL)");

        var error = await Assert.ThrowsAsync<SourceException>(async () =>
            await OpenAsync(
                new SyncEntity
                {
                    Name = "e",
                    From = "holes",
                    Into = "e",
                    Key = ["k"],
                }
            )
        );

        Assert.Contains("has NULL in k", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_is_copied_then_kept_up_with_by_its_watermark_deletes_found_by_comparing()
    {
        server.Require();
        await using var stage = await Stage.StartAsync();
        await server.ExecuteAsync(
            """
            CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, changed timestamptz NOT NULL);
            INSERT INTO orders SELECT n, n * 1.5, '2026-01-01Z'::timestamptz + n * interval '1 minute' FROM generate_series(1, 1000) n
            """
        );
        var job = $$"""
            destinations: { d: "{uri}" }
            sources: { s: { postgresql: { connection: "{{server.Connection}}" } } }
            jobs:
              j:
                source: s
                destination: d
                database: crm
                mode: incremental
                chunkSize: 100
                entities:
                  orders:
                    key: id
                    query: SELECT * FROM orders WHERE total > 0
                    watermark: { field: changed, overlap: 10s }
                    deletes: compare
            """;
        var first = await stage.RunToEndAsync(job);
        Assert.Equal(1000, first.Counts.Written);
        await server.ExecuteAsync(
            "UPDATE orders SET total = 7, changed = '2026-02-01Z' WHERE id = 3; DELETE FROM orders WHERE id IN (5, 900)"
        );

        var second = await stage.RunToEndAsync(job);

        // The last of before, once more, and the changed one.
        Assert.Equal((2, 2), (second.Counts.Read, second.Counts.Deleted));
        var copied = (await stage.FindAsync("crm", "orders")).ToDictionary(d => d["id"].AsInt64);
        Assert.Equal(998, copied.Count);
        Assert.Equal("7", copied[3]["total"].AsDecimal128.ToString());
        Assert.False(copied.ContainsKey(5));
    }

    private async ValueTask<ISyncSource> OpenAsync(SyncEntity entity)
    {
        var settings = new PostgreSqlSourceSettings { Name = "pg", Connection = server.Connection };
        return await settings.OpenAsync(entity, new SourceContext(null!, TimeProvider.System), Stage.Ending);
    }
}

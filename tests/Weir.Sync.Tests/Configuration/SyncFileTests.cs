using Weir.Sync.Configuration;
using Weir.Sync.Jobs;
using Weir.Sync.Sources.Files;
using Weir.Sync.Sources.Http;
using Weir.Sync.Sources.MongoDb;
using Weir.Sync.Transforms;

namespace Weir.Sync.Tests.Configuration;

/// <summary><c>sync.yaml</c> and the sync section of <c>weir.json</c>.</summary>
public class SyncFileTests
{
    private const string Whole = """
        destinations:
          warehouse: { uri: "mongodb://db/?maxPoolSize=5", idle: 1m }
          archive: mongodb://archive/
        sources:
          shop:
            mongodb: { uri: mongodb://shop/, database: shop }
          drop:
            files: { path: /data, format: csv, delimiter: ";" }
          api:
            http:
              url: https://api.example/v1
              bearer: secret
              parameters: { per_page: 100 }
              items: data
              pages: { cursor: cursor, from: meta.next }
              since: updated_since
        jobs:
          nightly:
            source: shop
            destination: warehouse
            database: crm
            schedule: "0 3 * * *"
            chunkSize: 100
            entities:
              customers:
              orders:
                from: orders_2026
                filter: { total: { $gt: 10 }, owner: { $oid: "65f000000000000000000001" } }
                transforms:
                  - rename: { custId: customer }
                  - drop: [secret, notes]
                    cast: { total: decimal }
                  - constant: { tenant: 12 }
                  - filter: { status: active, total: { gte: 1, lt: 9 } }
          tickets:
            source: api
            destination: archive
            database: support
            mode: incremental
            entities:
              tickets: { key: id, watermark: { field: updated_at, overlap: 5m }, deletes: { tombstone: deleted } }
        limits: { entities: 2, lease: 10s }
        """;

    [Fact]
    public void A_file_says_what_is_moved_from_where_to_where()
    {
        var settings = SyncFile.Parse("sync.yaml", Whole);

        Assert.Equal(["warehouse", "archive"], settings.Destinations.Select(d => d.Name));
        Assert.Equal(TimeSpan.FromMinutes(1), settings.Destinations[0].IdleTimeout);
        Assert.Equal((2, TimeSpan.FromSeconds(10)), (settings.Entities, settings.Lease));
        var nightly = settings.Jobs[0];
        Assert.Equal("shop", Assert.IsType<MongoSourceSettings>(nightly.Source).Database);
        Assert.Equal((100, SyncMode.Full), (nightly.ChunkSize, nightly.Mode));
        Assert.Equal("0 3 * * *", nightly.Schedule!.ToString());
        var customers = nightly.Entities[0];
        Assert.Equal(
            ("customers", "customers", "_id"),
            (customers.From, customers.Into, customers.Key.Single())
        );
        var orders = nightly.Entities[1];
        Assert.True(orders.Filter!["owner"].IsObjectId);
        Assert.Equal(
            [
                new RenameTransform("custId", "customer"),
                new DropTransform("secret"),
                new DropTransform("notes"),
                new CastTransform("total", CastType.Decimal),
                new ConstantTransform("tenant", 12),
                new FilterTransform("status", ConditionOperator.Eq, "active"),
                new FilterTransform("total", ConditionOperator.Gte, 1),
                new FilterTransform("total", ConditionOperator.Lt, 9),
            ],
            orders.Transforms
        );
        var tickets = settings.Jobs[1].Entities[0];
        Assert.Equal(new Watermark("updated_at", TimeSpan.FromMinutes(5), 0), tickets.Watermark);
        Assert.Equal("deleted", tickets.Deletes!.TombstoneField);
        Assert.Equal(
            PaginationKind.Cursor,
            Assert.IsType<HttpSourceSettings>(settings.Jobs[1].Source).Pages.Kind
        );
    }

    [Fact]
    public void The_same_stands_in_the_sync_section_of_weir_json()
    {
        var settings = SyncFile.Parse(
            "weir.json",
            """
            {
              "upstreams": [], // the pooler's
              "sync": {
                "destinations": { "d": { "uri": "mongodb://db/" } },
                "sources": { "s": { "files": { "path": "-" } } },
                "jobs": { "j": { "source": "s", "destination": "d", "database": "x", "entities": { "e": { "key": ["a", "b"] } }, } }
              }
            }
            """
        );

        Assert.Equal(["a", "b"], settings.Jobs.Single().Entities.Single().Key);
        Assert.Equal("-", Assert.IsType<FilesSourceSettings>(settings.Jobs[0].Source).Path);
    }

    [Fact]
    public void Errors_of_weir_json_have_their_lines_too()
    {
        var error = Assert.Throws<SyncConfigurationException>(() =>
            SyncFile.Parse(
                "weir.json",
                """
                {
                  "sync": {
                    "destinations": { "d": { "uri": "mongodb://db/" } },
                    "sources": { "s": { "files": { "path": "-" } } },
                    "jobs": {
                      "j": {
                        "source": "s", "destination": "d", "database": "x",
                        "mode": "weekly",
                        "entities": { "e": { "kee": "a" } }
                      }
                    }
                  }
                }
                """
            )
        );

        Assert.Collection(
            error.Errors,
            e => Assert.StartsWith(":8: jobs.j.mode: must be one of full", e, StringComparison.Ordinal),
            e => Assert.StartsWith(":9: jobs.j.entities.e.kee: is not known", e, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_weir_json_without_the_section_says_so()
    {
        var error = Assert.Throws<SyncConfigurationException>(() =>
            SyncFile.Parse("weir.json", """{ "upstream": "mongodb://db/" }""")
        );

        Assert.Equal(":1: sync: is missing", Assert.Single(error.Errors));
    }

    [Fact]
    public void Every_error_is_told_at_once_with_its_line()
    {
        var error = Assert.Throws<SyncConfigurationException>(() =>
            SyncFile.Parse(
                "sync.yaml",
                """
                destinations:
                  warehouse: nonsense://db/
                sources:
                  shop:
                    mongodb: { uri: mongodb://shop/ }
                  odd:
                    carrier-pigeon: { loft: 1 }
                jobs:
                  nightly:
                    source: shop
                    destination: warehose
                    database: crm
                    mode: sometimes
                    schedule: "61 * * * *"
                    chunkSize: none
                    entities:
                      customers:
                        kee: _id
                        transforms:
                          - cast: { age: integer }
                          - filter: { age: { above: 3 } }
                """
            )
        );

        string[] expected =
        [
            ":2: destinations.warehouse.uri: ",
            ":5: sources.shop.mongodb.database: is missing",
            ":7: sources.odd: must have exactly one of the keys mongodb, postgresql, files, http",
            ":11: jobs.nightly.destination: there is no destination 'warehose'",
            ":13: jobs.nightly.mode: must be one of full, incremental, follow, is 'sometimes'",
            ":14: jobs.nightly.schedule: '61 * * * *' is no schedule: '61' is no minute (0 to 59)",
            ":15: jobs.nightly.chunkSize: must be a whole number from 1 to 100000, is a text",
            ":18: jobs.nightly.entities.customers.kee: is not known here",
            ":20: jobs.nightly.entities.customers.transforms[0].cast.age: must be one of string, int",
            ":21: jobs.nightly.entities.customers.transforms[1].filter.age: 'above' is no operator",
        ];
        foreach (var start in expected)
        {
            Assert.Contains(error.Errors, e => e.StartsWith(start, StringComparison.Ordinal));
        }
        Assert.Equal(expected.Length, error.Errors.Count);
        Assert.StartsWith("sync.yaml:2: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mode: incremental", "", "watermark: is missing")]
    [InlineData("mode: follow", "filter: { a: 1 }", "filter: does not go with following")]
    [InlineData("mode: follow", "key: sku", "key: must be _id in follow mode")]
    [InlineData("mode: full", "deletes: compare", "deletes: is for incremental jobs")]
    [InlineData("mode: full", "query: SELECT 1", "query: is for PostgreSQL sources")]
    public void What_does_not_go_together_is_said(string job, string entity, string expected)
    {
        var error = Assert.Throws<SyncConfigurationException>(() =>
            SyncFile.Parse(
                "sync.yaml",
                $$"""
                destinations: { d: "mongodb://db/" }
                sources: { s: { mongodb: { uri: "mongodb://shop/", database: shop } } }
                jobs:
                  j:
                    source: s
                    destination: d
                    database: x
                    {{job}}
                    entities:
                      e:
                        into: e
                        {{entity}}
                """
            )
        );

        Assert.Contains(
            $"jobs.j.entities.e.{expected}",
            Assert.Single(error.Errors),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_secret_can_stand_in_the_environment_and_is_never_shown()
    {
        Environment.SetEnvironmentVariable("WEIR_SYNC_TEST_SECRET", "pa55word");
        var settings = SyncFile.Parse(
            "sync.yaml",
            """
            destinations: { d: "mongodb://u:${WEIR_SYNC_TEST_SECRET}@db/" }
            sources: { s: { mongodb: { uri: "mongodb://u:${WEIR_SYNC_TEST_SECRET}@shop/", database: shop } } }
            jobs: { j: { source: s, destination: d, database: x, entities: { e: } } }
            """
        );

        Assert.Contains("pa55word", settings.Destinations[0].Uri, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "pa55word",
            $"{settings.Destinations[0]}{settings.Jobs[0].Source}",
            StringComparison.Ordinal
        );
    }
}

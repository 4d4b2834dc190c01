using Weir.Protocol.Bson;
using Weir.Sync.Jobs;
using Weir.Sync.Sources;
using Weir.Sync.Sources.MongoDb;

namespace Weir.Sync.Tests.Sources;

/// <summary>MongoDB collections as sources.</summary>
public class MongoTests
{
    [Fact]
    public async Task Parts_of_mixed_ids_are_gone_on_with_after_any_chunk()
    {
        await using var stage = await Stage.StartAsync();
        List<BsonDocument> all = [.. Documents.OfEveryKind(), .. Documents.Numbered(300, first: 100)];
        await stage.InsertAsync("shop", "things", all);

        await SourceContract.HoldsAsync(await OpenAsync(stage, new BsonDocument()), all.Count);
    }

    [Fact]
    public async Task A_filter_leaves_the_rest_out()
    {
        await using var stage = await Stage.StartAsync();
        await stage.InsertAsync("shop", "things", Documents.Numbered(300));

        await SourceContract.HoldsAsync(await OpenAsync(stage, new BsonDocument { ["group"] = 3 }), 30);
    }

    private static ValueTask<ISyncSource> OpenAsync(Stage stage, BsonDocument filter)
    {
        var settings = stage.Settings(
            """
            destinations: { d: "{uri}" }
            sources: { s: { mongodb: { uri: "{uri}", database: shop } } }
            jobs: { j: { source: s, destination: d, database: crm, entities: { things: } } }
            """
        );
        var entity = settings.Jobs[0].Entities[0] with { Filter = filter };
        return settings.Jobs[0].Source.OpenAsync(entity, stage.Context(settings), Stage.Ending);
    }
}

using Weir.Protocol.Bson;

namespace Weir.Engine.Tests;

/// <summary>What several tests ask of the collection <c>c</c>.</summary>
internal static class EngineClientCommands
{
    /// <summary>Inserts <c>{ _id: 0 }</c> and so on.</summary>
    public static Task InsertAsync(this EngineClient client, int count) =>
        client.RunAsync(
            new BsonDocument
            {
                ["insert"] = "c",
                ["documents"] = new BsonArray(
                    Enumerable.Range(0, count).Select(i => (BsonValue)new BsonDocument("_id", i))
                ),
            }
        );

    public static async Task<int> CountAsync(this EngineClient client) =>
        (await client.RunAsync(new BsonDocument("count", "c")))["n"].ToInt32();
}

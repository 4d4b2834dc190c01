using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>Collections, indexes and databases.</summary>
internal static class CatalogCommands
{
    public static (string Name, Func<Command, Task<BsonDocument>> Run)[] All { get; } =
    [
        ("create", CreateAsync),
        ("drop", DropAsync),
        ("dropDatabase", DropDatabaseAsync),
        ("createIndexes", CreateIndexesAsync),
        ("dropIndexes", DropIndexesAsync),
        ("collMod", command => CallAsync(command, "coll_mod($1, $2, $3::bytea::documentdb_core.bson)")),
        ("collStats", CollStatsAsync),
        ("renameCollection", RenameAsync),
        ("validate", ValidateAsync),
    ];

    private static Task<BsonDocument> CallAsync(Command command, string call) =>
        command.CallAsync(
            $"select documentdb_api.{call}::bytea",
            command.Database,
            command.Collection,
            command.Body
        );

    private static Task<BsonDocument> CreateAsync(Command command) =>
        command.CallAsync(
            "select documentdb_api.create_collection_view($1, $2::bytea::documentdb_core.bson)::bytea",
            command.Database,
            command.Body
        );

    private static async Task<BsonDocument> DropAsync(Command command)
    {
        await using var lease = await command.OpenAsync();
        var dropped = await lease.Connection.QueryAsync(
            command,
            "select documentdb_api.drop_collection($1, $2)",
            [command.Database, command.Collection],
            row => row.GetBoolean(0)
        );
        return dropped
            ? new BsonDocument { ["nIndexesWas"] = 1, ["ns"] = $"{command.Database}.{command.Collection}" }
            : throw new CommandError(26, "NamespaceNotFound", "ns not found");
    }

    private static async Task<BsonDocument> DropDatabaseAsync(Command command)
    {
        await using var lease = await command.OpenAsync();
        await lease.Connection.QueryAsync(
            command,
            "select documentdb_api.drop_database($1)::text",
            [command.Database],
            _ => true
        );
        return new BsonDocument { ["dropped"] = command.Database };
    }

    /// <summary>Built at once, not by the engine's background worker, which looks for work every two seconds.</summary>
    private static Task<BsonDocument> CreateIndexesAsync(Command command) =>
        command.CallAsync(
            "select documentdb_api_internal.create_indexes_non_concurrently("
                + "$1, $2::bytea::documentdb_core.bson, true)::bytea",
            command.Database,
            command.Body
        );

    private static async Task<BsonDocument> DropIndexesAsync(Command command)
    {
        const string prefix = "BSONHEX";
        await using var lease = await command.OpenAsync();
        return await lease.Connection.QueryAsync(
            command,
            "call documentdb_api.drop_indexes($1, $2::bytea::documentdb_core.bson, null)",
            [command.Database, command.Body],
            row => BsonDocument.Parse(Convert.FromHexString(row.GetString(0).AsSpan(prefix.Length)))
        );
    }

    private static Task<BsonDocument> CollStatsAsync(Command command) =>
        command.CallAsync(
            "select documentdb_api.coll_stats($1, $2)::bytea",
            command.Database,
            command.Collection
        );

    private static Task<BsonDocument> RenameAsync(Command command) =>
        command.CallAsync(
            "select documentdb_api.rename_collection($1::bytea::documentdb_core.bson)::bytea",
            command.Body
        );

    private static Task<BsonDocument> ValidateAsync(Command command) =>
        command.CallAsync(
            "select document::bytea from documentdb_api.validate($1, $2::bytea::documentdb_core.bson)",
            command.Database,
            command.Body
        );
}

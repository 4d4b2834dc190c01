using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>Reads and writes of documents that answer at once. A document sequence is an array of the command here.</summary>
internal static class DataCommands
{
    public static (string Name, Func<Command, Task<BsonDocument>> Run)[] All { get; } =
    [
        ("insert", command => WriteAsync(command, "insert")),
        ("update", command => WriteAsync(command, "update")),
        ("delete", command => WriteAsync(command, "delete")),
        ("findAndModify", FindAndModifyAsync),
        ("findandmodify", FindAndModifyAsync),
        ("count", command => QueryAsync(command, "count_query")),
        ("distinct", command => QueryAsync(command, "distinct_query")),
    ];

    private static async Task<BsonDocument> WriteAsync(Command command, string function) =>
        SqlErrors.TranslateWriteErrors(
            await command.CallAsync(
                $"select p_result::bytea from documentdb_api.{function}($1, $2::bytea::documentdb_core.bson, null, $3)",
                command.Database,
                command.Body,
                command.RetryId
            )
        );

    private static Task<BsonDocument> FindAndModifyAsync(Command command) =>
        command.CallAsync(
            "select p_result::bytea from documentdb_api.find_and_modify($1, $2::bytea::documentdb_core.bson, $3)",
            command.Database,
            command.Body,
            command.RetryId
        );

    private static Task<BsonDocument> QueryAsync(Command command, string function) =>
        command.CallAsync(
            $"select document::bytea from documentdb_api.{function}($1, $2::bytea::documentdb_core.bson)",
            command.Database,
            command.Body
        );
}

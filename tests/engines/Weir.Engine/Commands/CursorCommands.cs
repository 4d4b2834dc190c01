using Npgsql;
using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>Commands that open, continue and close cursors.</summary>
internal static class CursorCommands
{
    public static (string Name, Func<Command, Task<BsonDocument>> Run)[] All { get; } =
    [
        ("find", command => OpenAsync(command, "find_cursor_first_page")),
        ("aggregate", command => OpenAsync(command, "aggregate_cursor_first_page")),
        ("listCollections", command => OpenAsync(command, "list_collections_cursor_first_page")),
        ("listIndexes", command => OpenAsync(command, "list_indexes_cursor_first_page")),
        ("getMore", GetMoreAsync),
        ("killCursors", KillAsync),
    ];

    private static async Task<BsonDocument> OpenAsync(Command command, string function)
    {
        var id = Random.Shared.NextInt64(1, long.MaxValue);
        await using var lease = await command.OpenAsync();
        var page = await lease.Connection.QueryAsync(
            command,
            $"select cursorpage::bytea, continuation::bytea, persistconnection"
                + $" from documentdb_api.{function}($1, $2::bytea::documentdb_core.bson, $3)",
            [command.Database, command.Body, id],
            CursorPage.ReadFirst
        );
        if (page.Continuation is { } continuation)
        {
            var held = page.HoldsConnection ? lease.Take() : null;
            command.Gateway.Cursors.Add(new Cursor(id, continuation, held));
        }

        return page.Reply;
    }

    private static async Task<BsonDocument> GetMoreAsync(Command command)
    {
        var id = command.Number("getMore") ?? 0;
        var cursor =
            command.Gateway.Cursors.Take(id)
            ?? throw new CommandError(43, "CursorNotFound", $"cursor id {id} not found");
        var kept = false;
        try
        {
            await using var lease = cursor.Connection is { } held
                ? new SqlLease(held, isOwn: false)
                : await command.OpenAsync();
            var page = await NextAsync(command, lease.Connection, cursor);
            if (page.Continuation is { } continuation)
            {
                kept = true;
                command.Gateway.Cursors.Add(cursor with { Continuation = continuation });
            }

            return page.Reply;
        }
        finally
        {
            if (!kept)
            {
                await cursor.DisposeAsync();
            }
        }
    }

    private static Task<CursorPage> NextAsync(Command command, NpgsqlConnection connection, Cursor cursor) =>
        connection.QueryAsync(
            command,
            "select cursorpage::bytea, continuation::bytea from documentdb_api.cursor_get_more("
                + "$1, $2::bytea::documentdb_core.bson, $3::bytea::documentdb_core.bson)",
            [command.Database, command.Body, cursor.Continuation],
            CursorPage.ReadNext
        );

    private static async Task<BsonDocument> KillAsync(Command command)
    {
        var killed = new BsonArray();
        var unknown = new BsonArray();
        foreach (var id in command.Body["cursors"].AsArray)
        {
            var cursor = command.Gateway.Cursors.Take(id.ToInt64());
            (cursor is null ? unknown : killed).Add(id.ToInt64());
            if (cursor is not null)
            {
                await cursor.DisposeAsync();
            }
        }

        return new BsonDocument
        {
            ["cursorsKilled"] = killed,
            ["cursorsNotFound"] = unknown,
            ["cursorsAlive"] = new BsonArray(),
            ["cursorsUnknown"] = new BsonArray(),
        };
    }
}

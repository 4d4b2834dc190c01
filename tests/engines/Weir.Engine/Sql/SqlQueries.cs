using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>Calls to the engine's functions: documents go in and out as the bytes they are on the wire.</summary>
internal static class SqlQueries
{
    /// <summary>Runs a query of one row, within the command's maxTimeMS.</summary>
    /// <exception cref="CommandError">The engine says no.</exception>
    public static async Task<T> QueryAsync<T>(
        this NpgsqlConnection connection,
        Command command,
        string sql,
        object?[] arguments,
        Func<NpgsqlDataReader, T> read
    )
    {
        var limit = command.Name == "getMore" ? null : command.Number("maxTimeMS");
        try
        {
            if (limit > 0)
            {
                await connection.SetTimeoutAsync(limit.Value);
            }

            await using var query = new NpgsqlCommand(sql, connection)
            {
                // A procedure's answer cannot be cast to bytes: it comes as text.
                AllResultTypesAreUnknown = sql.StartsWith("call ", StringComparison.Ordinal),
            };
            foreach (var argument in arguments)
            {
                query.Parameters.Add(ToParameter(argument));
            }

            T result;
            await using (var reader = await query.ExecuteReaderAsync(command.CancellationToken))
            {
                await reader.ReadAsync(command.CancellationToken);
                result = read(reader);
            }

            if (limit > 0)
            {
                await connection.SetTimeoutAsync(0);
            }

            return result;
        }
        catch (PostgresException exception)
        {
            throw SqlErrors.ToCommandError(exception, command.IsInTransaction);
        }
        catch (OperationCanceledException)
        {
            throw new CommandError(11601, "Interrupted", "the client has gone");
        }
        catch (InvalidCastException exception)
        {
            throw new CommandError(1, "InternalError", $"{command.Name}: {exception.Message}");
        }
    }

    private static async Task SetTimeoutAsync(this NpgsqlConnection connection, long milliseconds)
    {
        var text = milliseconds.ToString(CultureInfo.InvariantCulture);
        await using var query = new NpgsqlCommand($"set statement_timeout = {text}", connection);
        await query.ExecuteNonQueryAsync();
    }

    private static NpgsqlParameter ToParameter(object? argument) =>
        argument switch
        {
            BsonDocument document => new NpgsqlParameter<byte[]>
            {
                TypedValue = document.ToBytes(),
                NpgsqlDbType = NpgsqlDbType.Bytea,
            },
            byte[] bytes => new NpgsqlParameter<byte[]>
            {
                TypedValue = bytes,
                NpgsqlDbType = NpgsqlDbType.Bytea,
            },
            string text => new NpgsqlParameter<string> { TypedValue = text },
            null => new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            _ => new NpgsqlParameter { Value = argument },
        };
}

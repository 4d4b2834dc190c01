using System.Data;
using Npgsql;

namespace Weir.Engine;

/// <summary>A session's transaction: a SQL transaction on a connection that it holds until it ends.</summary>
internal sealed class Transaction(long number, NpgsqlConnection connection, NpgsqlTransaction inner)
    : IAsyncDisposable
{
    public long Number { get; } = number;

    public NpgsqlConnection Connection { get; } = connection;

    public TransactionState State { get; private set; }

    public long StartedAt { get; } = TimeProvider.System.GetTimestamp();

    public static async Task<Transaction> StartAsync(NpgsqlDataSource sql, long number)
    {
        var connection = await sql.OpenConnectionAsync();
        var inner = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        // PostgreSQL waits for a row that another transaction has written; MongoDB gives up.
        await using var limit = new NpgsqlCommand("set local lock_timeout = '1s'", connection);
        await limit.ExecuteNonQueryAsync();
        return new Transaction(number, connection, inner);
    }

    public async Task CommitAsync()
    {
        try
        {
            await inner.CommitAsync();
            State = TransactionState.Committed;
        }
        catch (PostgresException exception)
        {
            State = TransactionState.Aborted;
            throw SqlErrors.ToCommandError(exception, inTransaction: true);
        }
        finally
        {
            await Connection.DisposeAsync();
        }
    }

    /// <summary>Does nothing where it is over.</summary>
    public async ValueTask DisposeAsync()
    {
        if (State == TransactionState.Open)
        {
            State = TransactionState.Aborted;
            // Closing the connection rolls back.
            await Connection.DisposeAsync();
        }
    }
}

using System.Collections.Concurrent;

namespace Weir.Engine;

/// <summary>The last transaction of each session. Thread-safe; a session's own commands come one after the other.</summary>
internal sealed class SessionTable : IAsyncDisposable
{
    private static readonly TimeSpan TransactionLifetime = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Transaction> _transactions = new();

    public int OpenTransactions =>
        _transactions.Values.Count(transaction => transaction.State == TransactionState.Open);

    /// <summary>The transaction that a command names, started where the command says so.</summary>
    /// <exception cref="CommandError">There is none, or it is over.</exception>
    public async Task<Transaction> EnterAsync(Command command)
    {
        var (session, number) = Identify(command);
        if (!command.Body.Contains("startTransaction"))
        {
            return Find(session, number) is { State: TransactionState.Open } open
                ? open
                : throw CommandError.NoSuchTransaction(number);
        }

        await AbortAsync(session);
        await AbortOverdueAsync();
        var started = await Transaction.StartAsync(command.Gateway.Engine.Sql, number);
        _transactions[session] = started;
        return started;
    }

    /// <summary>Commits; a commit that is asked for again is answered again.</summary>
    public async Task CommitAsync(Command command)
    {
        var (session, number) = Identify(command);
        switch (Find(session, number))
        {
            case { State: TransactionState.Open } transaction:
                await transaction.CommitAsync();
                break;
            case { State: TransactionState.Committed }:
                break;
            default:
                throw CommandError.NoSuchTransaction(number);
        }
    }

    public async Task AbortAsync(Command command)
    {
        var (session, number) = Identify(command);
        if (Find(session, number) is not { State: TransactionState.Open } transaction)
        {
            throw CommandError.NoSuchTransaction(number);
        }

        await transaction.DisposeAsync();
    }

    /// <summary>The session ends, and an open transaction with it.</summary>
    public async Task EndAsync(string session)
    {
        if (_transactions.TryRemove(session, out var transaction))
        {
            await transaction.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _transactions.Keys)
        {
            await EndAsync(session);
        }
    }

    private static (string Session, long Number) Identify(Command command) =>
        command is { Session: { } session, TransactionNumber: { } number }
            ? (session, number)
            : throw new CommandError(72, "InvalidOptions", "a transaction needs lsid and txnNumber");

    private Transaction? Find(string session, long number) =>
        _transactions.TryGetValue(session, out var transaction) && transaction.Number == number
            ? transaction
            : null;

    private async Task AbortAsync(string session)
    {
        if (_transactions.TryGetValue(session, out var transaction))
        {
            await transaction.DisposeAsync();
        }
    }

    private async Task AbortOverdueAsync()
    {
        foreach (var transaction in _transactions.Values)
        {
            if (TimeProvider.System.GetElapsedTime(transaction.StartedAt) > TransactionLifetime)
            {
                await transaction.DisposeAsync();
            }
        }
    }
}

using Npgsql;

namespace Weir.Engine;

/// <summary>A SQL connection for the length of a command; closed at the end unless it belongs to somebody else.</summary>
internal sealed class SqlLease(NpgsqlConnection connection, bool isOwn) : IAsyncDisposable
{
    private bool _isOwn = isOwn;

    public NpgsqlConnection Connection { get; } = connection;

    /// <summary>The connection, for a cursor to keep; null where it is a transaction's.</summary>
    public NpgsqlConnection? Take()
    {
        var isMine = _isOwn;
        _isOwn = false;
        return isMine ? Connection : null;
    }

    public ValueTask DisposeAsync() => _isOwn ? Connection.DisposeAsync() : ValueTask.CompletedTask;
}

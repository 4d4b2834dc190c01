using Npgsql;

namespace Weir.Engine;

/// <summary>An open cursor: how the engine goes on, and the SQL connection that it needs for that, if it does.</summary>
internal sealed record Cursor(long Id, byte[] Continuation, NpgsqlConnection? Connection) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}

using System.Collections.Concurrent;

namespace Weir.Engine;

/// <summary>The open cursors. A cursor that is being read is out of the table. Thread-safe.</summary>
internal sealed class CursorTable : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, Cursor> _cursors = new();

    public int Count => _cursors.Count;

    public void Add(Cursor cursor) => _cursors[cursor.Id] = cursor;

    public Cursor? Take(long id) => _cursors.TryRemove(id, out var cursor) ? cursor : null;

    public async ValueTask DisposeAsync()
    {
        foreach (var cursor in _cursors.Values)
        {
            await cursor.DisposeAsync();
        }
    }
}

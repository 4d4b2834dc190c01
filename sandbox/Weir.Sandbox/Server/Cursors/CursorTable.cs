using System.Collections.Concurrent;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>A member's open cursors. Those that nobody asked for ten minutes go, looked for once a minute. Thread-safe.</summary>
internal sealed class CursorTable : IDisposable
{
    private static readonly TimeSpan timeout = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<long, ServerCursor> cursors = new();
    private readonly TimeProvider time;
    private readonly ITimer reaper;
    private long timedOut;

    public CursorTable(TimeProvider time)
    {
        this.time = time;
        var minute = TimeSpan.FromMinutes(1);
        reaper = time.CreateTimer(static table => ((CursorTable)table!).Reap(), this, minute, minute);
    }

    public int Count => cursors.Count;

    public long TimedOut => Interlocked.Read(ref timedOut);

    /// <summary>Opens a cursor: it gets a random id that is not in use.</summary>
    public long Add(ServerCursor cursor)
    {
        cursor.LastUse = time.GetTimestamp();
        do
        {
            cursor.Id = Random.Shared.NextInt64(1, long.MaxValue);
        } while (!cursors.TryAdd(cursor.Id, cursor));

        return cursor.Id;
    }

    /// <summary>Takes a cursor for one command; it must be given back, or removed.</summary>
    public ServerCursor Pin(long id)
    {
        if (!cursors.TryGetValue(id, out var cursor))
        {
            throw NotFound(id);
        }

        return cursor.TryPin()
            ? cursor
            : throw new CommandError(143, "CursorInUse", $"cursor id {id} is already in use");
    }

    public void Unpin(ServerCursor cursor)
    {
        cursor.LastUse = time.GetTimestamp();
        cursor.Unpin();
    }

    public bool Remove(long id)
    {
        if (!cursors.TryRemove(id, out var cursor))
        {
            return false;
        }

        cursor.IsKilled = true;
        return true;
    }

    public bool Contains(long id) => cursors.ContainsKey(id);

    public ServerCursor[] Snapshot() => [.. cursors.Values];

    public void KillOfSession(SessionId session)
    {
        foreach (var cursor in cursors.Values)
        {
            if (cursor.Session == session)
            {
                Remove(cursor.Id);
            }
        }
    }

    public void Clear()
    {
        foreach (var id in cursors.Keys)
        {
            Remove(id);
        }
    }

    public void Dispose()
    {
        reaper.Dispose();
        Clear();
    }

    public static CommandError NotFound(long id) => new(43, "CursorNotFound", $"cursor id {id} not found");

    private void Reap()
    {
        foreach (var cursor in cursors.Values)
        {
            if (!cursor.HasNoTimeout && !cursor.IsPinned && time.GetElapsedTime(cursor.LastUse) > timeout)
            {
                Remove(cursor.Id);
                Interlocked.Increment(ref timedOut);
            }
        }
    }
}

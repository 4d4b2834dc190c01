using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Changes;

namespace Weir.Sandbox.Server;

/// <summary>
/// A replica set's oplog: every committed change with its cluster time, the newest of them kept for change streams.
/// Thread-safe; it is fed under the store's gate, so the times never run against the order of commits.
/// </summary>
internal sealed class ChangeLog
{
    private const int MaxEntries = 50_000;
    private const long MaxBytes = 128L * 1024 * 1024;
    private readonly Lock gate = new();
    private readonly LinkedList<ChangeEntry> entries = [];
    private readonly LogicalClock clock;
    private readonly bool keep;
    private long bytes;

    public ChangeLog(DocumentStore store, LogicalClock clock, bool keep)
    {
        this.clock = clock;
        this.keep = keep;
        store.Committed += Append;
    }

    /// <summary>Pulses at every commit.</summary>
    public Signal Appended { get; } = new();

    /// <summary>The cluster time of the newest entry that is no longer kept; no stream can begin before it.</summary>
    public long Dropped { get; private set; }

    /// <summary>The entry of exactly this time.</summary>
    public ChangeEntry? Find(long time)
    {
        lock (gate)
        {
            for (var node = entries.Last; node is not null && node.Value.Time >= time; node = node.Previous)
            {
                if (node.Value.Time == time)
                {
                    return node.Value;
                }
            }

            return null;
        }
    }

    /// <summary>At most <paramref name="limit"/> entries after <paramref name="time"/>; null when some of them are gone.</summary>
    public List<ChangeEntry>? Read(long time, int limit)
    {
        lock (gate)
        {
            if (time < Dropped)
            {
                return null;
            }

            // Readers are near the end mostly, so the way there is walked from the end.
            var node = entries.Last;
            while (node?.Previous is { } previous && previous.Value.Time > time)
            {
                node = previous;
            }

            var found = new List<ChangeEntry>();
            for (; node is not null && found.Count < limit; node = node.Next)
            {
                if (node.Value.Time > time)
                {
                    found.Add(node.Value);
                }
            }

            return found;
        }
    }

    private void Append(StoreChange change)
    {
        var time = LogicalClock.ToInt64(clock.Tick());
        if (keep)
        {
            Keep(new ChangeEntry(time, change));
        }

        Appended.Pulse();
    }

    private void Keep(ChangeEntry entry)
    {
        lock (gate)
        {
            entries.AddLast(entry);
            bytes += Size(entry.Change);
            while (entries.Count > MaxEntries || (bytes > MaxBytes && entries.Count > 1))
            {
                var oldest = entries.First!.Value;
                Dropped = oldest.Time;
                bytes -= Size(oldest.Change);
                entries.RemoveFirst();
            }
        }
    }

    private static long Size(StoreChange change) =>
        (change.Before?.Length ?? 0) + (change.After?.Length ?? 0);
}

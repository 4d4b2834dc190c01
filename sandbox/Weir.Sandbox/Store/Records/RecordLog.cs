namespace Weir.Sandbox.Store.Records;

/// <summary>
/// A collection's records in the order of their ids. Removed ones stay as gaps until they are half of the log, so that
/// appending and removing are O(1); a reader keeps the last id it saw and finds its place again by binary search.
/// </summary>
internal sealed class RecordLog
{
    private const int CompactFrom = 1024;

    private List<Record> records = [];
    private int gaps;

    // Everything before this index is a gap: a capped collection asks for its oldest record at every insert.
    private int start;
    private long lastId;

    /// <summary>The id of the newest record ever.</summary>
    public long LastId => lastId;

    public Record Append(DocumentVersion head)
    {
        var record = new Record(++lastId, head);
        records.Add(record);
        return record;
    }

    public void Remove(Record record)
    {
        record.Removed = true;
        gaps++;
        if (gaps >= CompactFrom && gaps > records.Count / 2)
        {
            records = records.FindAll(static r => !r.Removed);
            gaps = 0;
            start = 0;
        }
    }

    /// <summary>The oldest record that still stands.</summary>
    public Record? First()
    {
        while (start < records.Count && records[start].Removed)
        {
            start++;
        }

        return start < records.Count ? records[start] : null;
    }

    /// <summary>
    /// Adds up to <paramref name="limit"/> visible documents after the record <paramref name="after"/> and moves it on;
    /// false when the end of the log is reached.
    /// </summary>
    public bool Read(ref long after, Transaction? reader, int limit, List<Candidate> into)
    {
        var index = IndexAfter(after);
        for (; index < records.Count && limit > 0; index++)
        {
            var record = records[index];
            after = record.Id;
            if (!record.Removed && record.Visible(reader) is { } bytes)
            {
                into.Add(new Candidate(record, bytes));
                limit--;
            }
        }

        return index < records.Count;
    }

    /// <summary>Every record that stands, whatever its state.</summary>
    public IEnumerable<Record> All()
    {
        for (var i = start; i < records.Count; i++)
        {
            if (!records[i].Removed)
            {
                yield return records[i];
            }
        }
    }

    /// <summary>Whether the record with this id is gone although newer or equal ones may stand.</summary>
    public bool IsBefore(long id) => First() is { } first ? id < first.Id - 1 : id < lastId;

    private int IndexAfter(long id)
    {
        var (low, high) = (0, records.Count);
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (records[middle].Id <= id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}

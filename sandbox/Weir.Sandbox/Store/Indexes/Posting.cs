using Weir.Sandbox.Store.Records;

namespace Weir.Sandbox.Store.Indexes;

/// <summary>
/// The records under one key, as small as it can be: a record, a short list, then a set, because removing from a long
/// list would make every update of a much-shared key slow.
/// </summary>
internal readonly struct Posting
{
    private const int ListUpTo = 16;

    private readonly object content;

    private Posting(object content) => this.content = content;

    public static Posting Of(Record record) => new(record);

    /// <summary>The posting with the record in it.</summary>
    public Posting With(Record record)
    {
        switch (content)
        {
            case Record one:
                return one == record ? this : new Posting(new List<Record> { one, record });
            case List<Record> list:
                if (list.Contains(record))
                {
                    return this;
                }

                if (list.Count >= ListUpTo)
                {
                    return new Posting(new HashSet<Record>(list) { record });
                }

                list.Add(record);
                return this;
            default:
                ((HashSet<Record>)content).Add(record);
                return this;
        }
    }

    /// <summary>The posting without the record; null when nothing is left.</summary>
    public Posting? Without(Record record)
    {
        switch (content)
        {
            case Record one:
                return one == record ? null : this;
            case List<Record> list:
                list.Remove(record);
                return list.Count == 0 ? null : this;
            default:
                var set = (HashSet<Record>)content;
                set.Remove(record);
                return set.Count == 0 ? null : this;
        }
    }

    public void CopyTo(ISet<Record> records)
    {
        if (content is Record one)
        {
            records.Add(one);
        }
        else
        {
            records.UnionWith((IEnumerable<Record>)content);
        }
    }

    public IEnumerable<Record> Records => content is Record one ? [one] : (IEnumerable<Record>)content;
}

using System.Buffers;
using Weir.Protocol.Bson;

namespace Weir.Sync.Chunks;

/// <summary>
/// Records that are fetched, written and checkpointed as one, as raw BSON one after the other. Filled by a
/// <see cref="Sources.ISourceReader"/>. Not thread-safe.
/// </summary>
public sealed class Chunk : IDisposable
{
    private const int MostEntriesAtOnce = 8192;

    private readonly ByteBudget _budget;
    private readonly List<Refusal> _refusals = [];
    private byte[] _bytes = [];
    private Entry[] _entries = [];
    private int _records;
    private int _length;
    private int _puts;
    private long _taken;

    internal Chunk(ByteBudget budget, int maxRecords, int maxBytes)
    {
        _budget = budget;
        MaxRecords = maxRecords;
        MaxBytes = maxBytes;
    }

    /// <summary>Records that it takes.</summary>
    public int MaxRecords { get; internal set; }

    /// <summary>Bytes that it takes: it is full with the record that reaches them.</summary>
    public int MaxBytes { get; }

    /// <summary>Records in it, refused ones included.</summary>
    public int Count => _records + _refusals.Count;

    /// <summary>Bytes of its records.</summary>
    public int Bytes => _length;

    /// <summary>Whether the reader should hand it over. A reader may add more than that: what it has got in one piece.</summary>
    public bool IsFull => Count >= MaxRecords || _length >= MaxBytes;

    /// <summary>
    /// Where the source goes on after its last record; set by the reader whenever it has added records. It is kept in
    /// the checkpoint, so keep it small.
    /// </summary>
    public BsonDocument? Position { get; set; }

    internal ArraySegment<Entry> Entries => new(_entries, 0, _records);

    internal IReadOnlyList<Refusal> Refusals => _refusals;

    /// <summary>Whether every record is to be written, and all stand one after the other.</summary>
    internal bool IsPutsOnly => _puts == _records;

    internal ReadOnlyMemory<byte> Raw => _bytes.AsMemory(0, _length);

    /// <summary>Adds a record.</summary>
    /// <param name="document">Exactly one BSON document.</param>
    /// <exception cref="BsonFormatException">It is not framed as one.</exception>
    public void Add(ReadOnlySpan<byte> document) => Add(EntryKind.Put, document);

    /// <summary>Adds a record.</summary>
    public void Add(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        Add(document.ToBytes());
    }

    /// <summary>Adds the order to delete the document that has this one's key fields.</summary>
    /// <exception cref="BsonFormatException">It is not framed as a document.</exception>
    public void AddDelete(ReadOnlySpan<byte> document) => Add(EntryKind.Delete, document);

    /// <summary>Adds a record that cannot be written: it goes to the dead letters.</summary>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="record">The record, as far as it can be shown.</param>
    public void Refuse(string reason, BsonDocument? record = null) =>
        _refusals.Add(new Refusal(reason, 0, record?.ToBytes() ?? []));

    internal void Refuse(Refusal refusal) => _refusals.Add(refusal);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Clear();
        _budget.Return(_taken);
        _taken = 0;
        if (_bytes.Length > 0)
        {
            _budget.Arrays.Return(_bytes);
            _bytes = [];
        }
        if (_entries.Length > 0)
        {
            _budget.Entries.Return(_entries);
            _entries = [];
        }
    }

    internal ReadOnlySpan<byte> this[Entry entry] => _bytes.AsSpan(entry.Offset, entry.Length);

    /// <summary>Takes room for a chunk's bytes from the budget, before it is filled.</summary>
    internal async ValueTask ReserveAsync(CancellationToken cancellationToken)
    {
        if (_taken == 0)
        {
            await _budget.TakeAsync(MaxBytes, cancellationToken);
            _taken = MaxBytes;
        }
    }

    internal void Clear()
    {
        _records = 0;
        _refusals.Clear();
        _length = 0;
        _puts = 0;
        Position = null;
    }

    private void Add(EntryKind kind, ReadOnlySpan<byte> document)
    {
        _ = new BsonReader(document);
        var needed = checked(_length + document.Length);
        if (needed > _bytes.Length)
        {
            Grow(needed);
        }
        document.CopyTo(_bytes.AsSpan(_length));
        if (_records == _entries.Length)
        {
            GrowEntries();
        }
        _entries[_records++] = new Entry(kind, _length, document.Length);
        _length = needed;
        _puts += kind == EntryKind.Put ? 1 : 0;
    }

    private void Grow(int needed)
    {
        // All of it at once: chunks of one size reuse each other's arrays, and pages that nothing is written to cost nothing.
        var larger = _budget.Arrays.Rent(Math.Max(needed, MaxBytes));
        Raw.Span.CopyTo(larger);
        if (_bytes.Length > 0)
        {
            _budget.Arrays.Return(_bytes);
        }
        _bytes = larger;
        // Also where no room was taken for it beforehand: a chunk that transforms make is there beside the fetched one.
        if (larger.Length > _taken)
        {
            _budget.Add(larger.Length - _taken);
            _taken = larger.Length;
        }
    }

    private void GrowEntries()
    {
        var larger = _budget.Entries.Rent(Math.Max(2 * _records, Math.Min(MaxRecords, MostEntriesAtOnce)));
        Entries.CopyTo(larger);
        if (_entries.Length > 0)
        {
            _budget.Entries.Return(_entries);
        }
        _entries = larger;
    }
}

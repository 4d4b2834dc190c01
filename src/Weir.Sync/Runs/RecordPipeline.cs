using Weir.Protocol.Bson;
using Weir.Sync.Chunks;
using Weir.Sync.Jobs;
using Weir.Sync.Sources;
using Weir.Sync.Transforms;

namespace Weir.Sync.Runs;

/// <summary>
/// Makes of a source's records what is written: transforms, tombstones, and the highest watermark seen. Records that
/// need none of it pass as they are. For one caller.
/// </summary>
internal sealed class RecordPipeline(
    SyncEntity entity,
    SyncMode mode,
    bool tracksWatermark,
    BsonValue? highest = null
)
{
    private readonly bool _isPlain =
        entity.Transforms.Count == 0
        && entity.Deletes?.TombstoneField is null
        && !tracksWatermark
        && mode != SyncMode.Follow;

    /// <summary>The highest watermark of the records so far; unset: none had one.</summary>
    public BsonValue? Highest { get; private set; } = highest;

    /// <summary>Records of the last chunk that were left out.</summary>
    public long LeftOut { get; private set; }

    /// <summary>The same chunk where nothing is to be done; else <paramref name="target"/>, filled.</summary>
    public Chunk Apply(Chunk source, Chunk target)
    {
        LeftOut = 0;
        if (_isPlain)
        {
            return source;
        }
        foreach (var refusal in source.Refusals)
        {
            target.Refuse(refusal);
        }
        var superseded = mode == SyncMode.Follow ? Superseded(source) : null;
        for (var i = 0; i < source.Entries.Count; i++)
        {
            if (superseded?.Contains(i) != true)
            {
                Apply(source.Entries[i].Kind, source[source.Entries[i]], target);
            }
        }
        target.Position = source.Position;
        return target;
    }

    private void Apply(EntryKind kind, ReadOnlySpan<byte> raw, Chunk target)
    {
        if (kind == EntryKind.Delete)
        {
            target.AddDelete(raw);
            return;
        }
        if (entity.Transforms.Count == 0 && !tracksWatermark && entity.Deletes?.TombstoneField is null)
        {
            target.Add(raw);
            return;
        }
        var record = BsonDocument.Parse(raw);
        Track(record);
        var isDeleted = IsTombstone(record);
        var isLeftOut = false;
        foreach (var transform in entity.Transforms)
        {
            var outcome = transform.Apply(record);
            if (outcome.Refusal is { } reason && !isDeleted && !isLeftOut)
            {
                target.Refuse(reason, BsonDocument.Parse(raw));
                return;
            }
            // The rest still runs: it may make the key.
            isLeftOut |= !outcome.IsKept;
        }
        LeftOut += isLeftOut ? 1 : 0;
        if (!isDeleted && !isLeftOut)
        {
            target.Add(record);
        }
        else if (isDeleted || mode != SyncMode.Full)
        {
            // A record that is wanted no more may have been, and be there.
            target.AddDelete(record.ToBytes());
        }
    }

    private void Track(BsonDocument record)
    {
        if (!tracksWatermark || !Field.TryGet(record, entity.Watermark!.Field, out var mark))
        {
            return;
        }
        // JSON has no times: they come as texts.
        if (mark.IsString && Casts.TryCast(mark, CastType.Date, out var time))
        {
            mark = time;
        }
        if (!mark.IsNull && (Highest is not { } before || Values.Compare(mark, before) > 0))
        {
            Highest = mark;
        }
    }

    private bool IsTombstone(BsonDocument record) =>
        entity.Deletes is { TombstoneField: { } field } deletes
        && Field.TryGet(record, field, out var value)
        && (deletes.TombstoneValue is { } marked ? Values.AreEqual(value, marked) : value.ToBoolean());

    // Of the changes to one document in a chunk only the last counts: a command may do its statements in any order.
    private static HashSet<int> Superseded(Chunk source)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var superseded = new HashSet<int>();
        for (var i = source.Entries.Count - 1; i >= 0; i--)
        {
            var reader = new BsonReader(source[source.Entries[i]]);
            if (reader.Find("_id"u8) && !seen.Add(KeyText.Of(reader.GetValue())))
            {
                superseded.Add(i);
            }
        }
        return superseded;
    }
}

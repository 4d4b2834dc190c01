using System.Text;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Selection;

/// <summary>Which servers a read may go to. Immutable.</summary>
/// <remarks>
/// Preferences that are only a mode are shared instances, so comparing and parsing them allocates nothing.
/// </remarks>
public sealed class ReadPreference : IEquatable<ReadPreference>
{
    /// <summary>The primary only; the default.</summary>
    public static readonly ReadPreference Primary = new(ReadPreferenceMode.Primary);

    /// <summary>The primary; while there is none, a secondary.</summary>
    public static readonly ReadPreference PrimaryPreferred = new(ReadPreferenceMode.PrimaryPreferred);

    /// <summary>A secondary only.</summary>
    public static readonly ReadPreference Secondary = new(ReadPreferenceMode.Secondary);

    /// <summary>A secondary; while there is none, the primary.</summary>
    public static readonly ReadPreference SecondaryPreferred = new(ReadPreferenceMode.SecondaryPreferred);

    /// <summary>Any near member.</summary>
    public static readonly ReadPreference Nearest = new(ReadPreferenceMode.Nearest);

    private ReadPreference(
        ReadPreferenceMode mode,
        IReadOnlyList<TagSet>? tagSets = null,
        TimeSpan? maxStaleness = null,
        BsonDocument? hedge = null
    )
    {
        Mode = mode;
        TagSets = tagSets ?? [];
        MaxStaleness = maxStaleness;
        Hedge = hedge;
    }

    /// <summary>The mode.</summary>
    public ReadPreferenceMode Mode { get; }

    /// <summary>Tried in order until one matches a server; empty when any server will do.</summary>
    public IReadOnlyList<TagSet> TagSets { get; }

    /// <summary>How far a secondary may lag; <see langword="null"/> when it does not matter.</summary>
    public TimeSpan? MaxStaleness { get; }

    /// <summary>How a router hedges the read; passed on, never interpreted.</summary>
    public BsonDocument? Hedge { get; }

    /// <summary>Whether there is nothing but a mode.</summary>
    public bool IsModeOnly => TagSets.Count == 0 && MaxStaleness is null && Hedge is null;

    /// <summary>The preference that is only <paramref name="mode"/>.</summary>
    public static ReadPreference Of(ReadPreferenceMode mode) =>
        mode switch
        {
            ReadPreferenceMode.Primary => Primary,
            ReadPreferenceMode.PrimaryPreferred => PrimaryPreferred,
            ReadPreferenceMode.Secondary => Secondary,
            ReadPreferenceMode.SecondaryPreferred => SecondaryPreferred,
            ReadPreferenceMode.Nearest => Nearest,
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
        };

    /// <summary>A preference of these parts.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="tagSets">Tag sets in order; none and a single empty one mean any server.</param>
    /// <param name="maxStaleness">How far a secondary may lag; negative means that it does not matter.</param>
    /// <param name="hedge">Passed on to routers.</param>
    /// <exception cref="InvalidReadPreferenceException">Mode primary with anything beside it.</exception>
    public static ReadPreference Create(
        ReadPreferenceMode mode,
        IReadOnlyList<TagSet>? tagSets = null,
        TimeSpan? maxStaleness = null,
        BsonDocument? hedge = null
    )
    {
        if (tagSets is null or [] or [{ IsEmpty: true }])
        {
            tagSets = null;
        }
        if (maxStaleness < TimeSpan.Zero)
        {
            maxStaleness = null;
        }
        if (tagSets is null && maxStaleness is null && hedge is null)
        {
            return Of(mode);
        }
        if (mode == ReadPreferenceMode.Primary)
        {
            throw new InvalidReadPreferenceException(
                "read preference mode primary cannot be combined with "
                    + (
                        tagSets is not null ? "tags"
                        : maxStaleness is not null ? "maxStalenessSeconds"
                        : "hedge"
                    )
            );
        }
        return new ReadPreference(mode, tagSets, maxStaleness, hedge);
    }

    /// <summary>The document that a <c>$readPreference</c> carries.</summary>
    public BsonDocument ToBson()
    {
        var document = new BsonDocument { ["mode"] = ReadPreferenceParser.NameOf(Mode) };
        if (TagSets.Count > 0)
        {
            document["tags"] = new BsonArray(TagSets.Select(t => (BsonValue)t.ToBson()));
        }
        if (MaxStaleness is { } staleness)
        {
            document["maxStalenessSeconds"] = (long)staleness.TotalSeconds;
        }
        if (Hedge is not null)
        {
            document["hedge"] = Hedge;
        }
        return document;
    }

    /// <inheritdoc/>
    public bool Equals(ReadPreference? other) =>
        ReferenceEquals(this, other)
        || (
            other is not null
            && Mode == other.Mode
            && MaxStaleness == other.MaxStaleness
            && TagSets.Count == other.TagSets.Count
            && TagSets.SequenceEqual(other.TagSets)
            && Equals(Hedge, other.Hedge)
        );

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReadPreference);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Mode, MaxStaleness, TagSets.Count, TagSets.Count > 0 ? TagSets[0] : null);

    /// <summary>Every part that is set.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("read preference ").Append(ReadPreferenceParser.NameOf(Mode));
        if (TagSets.Count > 0)
        {
            text.Append(", tags [").AppendJoin(", ", TagSets).Append(']');
        }
        if (MaxStaleness is { } staleness)
        {
            text.Append(", maxStalenessSeconds ").Append((long)staleness.TotalSeconds);
        }
        return Hedge is null ? text.ToString() : text.Append(", hedge ").Append(Hedge).ToString();
    }
}

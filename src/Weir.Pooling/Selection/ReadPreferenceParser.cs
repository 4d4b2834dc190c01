using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Selection;

/// <summary>Reads a <c>$readPreference</c>. Fields that are not known are ignored, as servers do.</summary>
public static class ReadPreferenceParser
{
    /// <summary>
    /// The preference in the bytes of a document. One that is only a mode is found without allocation.
    /// </summary>
    /// <exception cref="InvalidReadPreferenceException">It is no valid read preference.</exception>
    /// <exception cref="BsonFormatException">The bytes are no document.</exception>
    public static ReadPreference Parse(ReadOnlySpan<byte> document)
    {
        ReadPreferenceMode? mode = null;
        var reader = new BsonReader(document);
        while (reader.Read())
        {
            if (reader.NameEquals("mode"u8) && reader.Type == BsonType.String && mode is null)
            {
                // The value is the string's length, its bytes and a zero byte.
                mode = ModeOf(reader.Value is { Length: > 5 } value ? value[4..^1] : default);
                if (mode is not null)
                {
                    continue;
                }
            }
            return Parse(BsonDocument.Parse(document));
        }
        return mode is { } found ? ReadPreference.Of(found) : throw NoMode();
    }

    /// <summary>The preference in a document.</summary>
    /// <exception cref="InvalidReadPreferenceException">It is no valid read preference.</exception>
    public static ReadPreference Parse(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (document.GetValueOrDefault("mode") is not { Type: BsonType.String } name)
        {
            throw NoMode();
        }
        var mode =
            ModeOf(name.AsString)
            ?? throw new InvalidReadPreferenceException($"unknown read preference mode '{name.AsString}'");
        return ReadPreference.Create(mode, TagSets(document), MaxStaleness(document), Hedge(document));
    }

    /// <summary>The preference that a connection string writes down; primary when it writes none.</summary>
    /// <exception cref="InvalidReadPreferenceException">Its parts contradict each other.</exception>
    public static ReadPreference Of(ConnectionString connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        var name = connectionString.ReadPreference ?? "primary";
        var mode =
            ModeOf(name)
            ?? throw new InvalidReadPreferenceException($"unknown read preference mode '{name}'");
        return ReadPreference.Create(
            mode,
            connectionString.ReadPreferenceTags?.Select(tags => new TagSet(tags)).ToList(),
            connectionString.MaxStalenessSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null
        );
    }

    /// <summary>The mode of that name; <see langword="null"/> when there is none.</summary>
    public static ReadPreferenceMode? ModeOf(string name) =>
        name switch
        {
            "primary" => ReadPreferenceMode.Primary,
            "primaryPreferred" => ReadPreferenceMode.PrimaryPreferred,
            "secondary" => ReadPreferenceMode.Secondary,
            "secondaryPreferred" => ReadPreferenceMode.SecondaryPreferred,
            "nearest" => ReadPreferenceMode.Nearest,
            _ => null,
        };

    /// <summary>The mode's name on the wire.</summary>
    public static string NameOf(ReadPreferenceMode mode) =>
        mode switch
        {
            ReadPreferenceMode.Primary => "primary",
            ReadPreferenceMode.PrimaryPreferred => "primaryPreferred",
            ReadPreferenceMode.Secondary => "secondary",
            ReadPreferenceMode.SecondaryPreferred => "secondaryPreferred",
            ReadPreferenceMode.Nearest => "nearest",
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
        };

    private static ReadPreferenceMode? ModeOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("primary"u8) ? ReadPreferenceMode.Primary
        : name.SequenceEqual("primaryPreferred"u8) ? ReadPreferenceMode.PrimaryPreferred
        : name.SequenceEqual("secondary"u8) ? ReadPreferenceMode.Secondary
        : name.SequenceEqual("secondaryPreferred"u8) ? ReadPreferenceMode.SecondaryPreferred
        : name.SequenceEqual("nearest"u8) ? ReadPreferenceMode.Nearest
        : null;

    private static List<TagSet>? TagSets(BsonDocument document)
    {
        if (!document.TryGetValue("tags", out var value) || value.IsNull)
        {
            return null;
        }
        if (!value.IsArray)
        {
            throw new InvalidReadPreferenceException("read preference tags must be an array of documents");
        }
        var sets = new List<TagSet>(value.AsArray.Count);
        foreach (var item in value.AsArray)
        {
            sets.Add(
                item.IsDocument
                    ? TagSet.Parse(item.AsDocument)
                    : throw new InvalidReadPreferenceException(
                        "each of the read preference tags must be a document"
                    )
            );
        }
        return sets;
    }

    private static TimeSpan? MaxStaleness(BsonDocument document)
    {
        if (!document.TryGetValue("maxStalenessSeconds", out var value) || value.IsNull)
        {
            return null;
        }
        if (!value.IsNumber || value.ToDouble() is not (>= -1 and <= int.MaxValue))
        {
            throw new InvalidReadPreferenceException("maxStalenessSeconds must be a positive integer, or -1");
        }
        return TimeSpan.FromSeconds(value.ToDouble());
    }

    private static BsonDocument? Hedge(BsonDocument document)
    {
        if (!document.TryGetValue("hedge", out var value) || value.IsNull)
        {
            return null;
        }
        return value.IsDocument
            ? value.AsDocument
            : throw new InvalidReadPreferenceException("read preference hedge must be a document");
    }

    private static InvalidReadPreferenceException NoMode() => new("a read preference needs a mode");
}

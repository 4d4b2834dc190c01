using System.Diagnostics.CodeAnalysis;

namespace Weir.Admin.Metrics;

/// <summary>Finds a series by the tags of a measurement without making a <see cref="TagSet"/> of them.</summary>
internal sealed class TagSetComparer
    : IEqualityComparer<TagSet>,
        IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, TagSet>
{
    public static readonly TagSetComparer Instance = new();

    public TagSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate);

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, TagSet other)
    {
        if (alternate.Length != other.Tags.Length)
        {
            return false;
        }

        for (var i = 0; i < alternate.Length; i++)
        {
            ref readonly var tag = ref alternate[i];
            ref readonly var known = ref other.Tags[i];
            if (
                (!ReferenceEquals(tag.Key, known.Key) && tag.Key != known.Key)
                || (!ReferenceEquals(tag.Value, known.Value) && !Equals(tag.Value, known.Value))
            )
            {
                return false;
            }
        }

        return true;
    }

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        // The keys say little: series of one instrument nearly always share them. This runs with every measurement, so
        // a text is told from others by its length and a few characters; Equals does the rest.
        var hash = alternate.Length;
        foreach (ref readonly var tag in alternate)
        {
            hash = (hash * 31) + (tag.Value is string text ? HashOf(text) : tag.Value?.GetHashCode() ?? 0);
        }

        return hash;
    }

    private static int HashOf(string text) =>
        text.Length == 0 ? 0 : (text.Length * 31 * 31) + (text[text.Length / 2] * 31) + text[^1];

    public bool Equals(TagSet? x, TagSet? y) => x is null ? y is null : y is not null && Equals(x.Tags, y);

    public int GetHashCode([DisallowNull] TagSet obj) => GetHashCode(obj.Tags);
}

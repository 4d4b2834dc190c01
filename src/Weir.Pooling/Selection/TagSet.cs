using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Selection;

/// <summary>Tags that a server must have. Immutable.</summary>
public sealed class TagSet : IEquatable<TagSet>
{
    private readonly KeyValuePair<string, string>[] _tags;

    /// <summary>Makes a tag set.</summary>
    public TagSet(IEnumerable<KeyValuePair<string, string>> tags) => _tags = [.. tags];

    /// <summary>Reads a tag set's document.</summary>
    /// <exception cref="InvalidReadPreferenceException">A tag's value is not a string.</exception>
    public static TagSet Parse(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var tags = new List<KeyValuePair<string, string>>(document.Count);
        foreach (var (name, value) in document)
        {
            tags.Add(
                value.IsString
                    ? new(name, value.AsString)
                    : throw new InvalidReadPreferenceException($"the value of tag '{name}' must be a string")
            );
        }
        return new TagSet(tags);
    }

    /// <summary>Whether it matches every server.</summary>
    public bool IsEmpty => _tags.Length == 0;

    /// <summary>Whether the server has all of these tags.</summary>
    public bool Matches(ServerDescription server)
    {
        ArgumentNullException.ThrowIfNull(server);
        foreach (var (name, value) in _tags)
        {
            if (!server.Tags.TryGetValue(name, out var found) || found != value)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The tag set's document.</summary>
    public BsonDocument ToBson()
    {
        var document = new BsonDocument();
        foreach (var (name, value) in _tags)
        {
            document.Add(name, value);
        }
        return document;
    }

    /// <inheritdoc/>
    public bool Equals(TagSet? other) => other is not null && _tags.AsSpan().SequenceEqual(other._tags);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TagSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var tag in _tags)
        {
            hash.Add(tag);
        }
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        _tags.Length == 0
            ? "{}"
            : "{ " + string.Join(", ", _tags.Select(t => $"{t.Key}: \"{t.Value}\"")) + " }";
}

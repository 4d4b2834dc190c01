using Weir.Protocol.Bson;

namespace Weir.Sync.Transforms;

/// <summary>A small change to every record: immutable, thread-safe, the same for the same record.</summary>
public abstract record Transform
{
    private protected Transform() { }

    /// <summary>Whether it makes, changes or removes this top-level field.</summary>
    internal virtual bool Touches(string field) => false;

    /// <summary>Whether a path begins at this top-level field.</summary>
    private protected static bool IsOf(string path, string field) =>
        path == field || path.StartsWith(field + ".", StringComparison.Ordinal);

    /// <summary>Changes the record in place, or says that it stays behind.</summary>
    internal abstract TransformOutcome Apply(BsonDocument record);
}

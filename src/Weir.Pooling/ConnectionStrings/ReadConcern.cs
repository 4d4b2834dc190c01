using Weir.Protocol.Bson;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>How recent and durable the data read must be. Levels are the server's to judge.</summary>
/// <param name="Level">The level, or null for the server's default.</param>
public sealed record ReadConcern(string? Level = null)
{
    /// <summary>Nothing was asked for: the field is left out of commands.</summary>
    public bool IsServerDefault => Level is null;

    /// <summary>The document that commands carry; empty for the server's default.</summary>
    public BsonDocument ToDocument() => Level is null ? [] : new BsonDocument { ["level"] = Level };
}

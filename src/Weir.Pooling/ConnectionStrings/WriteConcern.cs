using Weir.Protocol.Bson;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>What a write waits for before it is acknowledged.</summary>
public sealed record WriteConcern
{
    /// <summary><c>w</c> as a number of members; at most one of this and <see cref="Mode"/> is set.</summary>
    public int? Members { get; init; }

    /// <summary><c>w</c> as a name: "majority" or a custom mode.</summary>
    public string? Mode { get; init; }

    /// <summary><c>journal</c>.</summary>
    public bool? Journal { get; init; }

    /// <summary><c>wTimeoutMS</c>, in milliseconds; 0 means no timeout.</summary>
    public long? WTimeoutMS { get; init; }

    /// <summary>Nothing was asked for: the field is left out of commands.</summary>
    public bool IsServerDefault => Members is null && Mode is null && Journal is null && WTimeoutMS is null;

    /// <summary>Whether the server replies to the write at all.</summary>
    public bool IsAcknowledged => Members != 0 || Journal == true;

    /// <summary>The document that commands carry; empty for the server's default.</summary>
    public BsonDocument ToDocument()
    {
        var document = new BsonDocument();
        if (Members is { } members)
        {
            document["w"] = members;
        }
        else if (Mode is { } mode)
        {
            document["w"] = mode;
        }
        if (WTimeoutMS is { } timeout)
        {
            document["wtimeout"] = timeout;
        }
        if (Journal is { } journal)
        {
            document["j"] = journal;
        }
        return document;
    }

    /// <summary>Why this write concern contradicts itself or is out of range; null when it does not.</summary>
    public string? Inconsistency =>
        Members == 0 && Journal == true ? "w=0 contradicts journal=true"
        : Members < 0 ? "w cannot be negative"
        : WTimeoutMS < 0 ? "wTimeoutMS cannot be negative"
        : null;
}

using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>
/// What is known of one server, from the last check of it or the last error on it. Immutable.
/// </summary>
/// <remarks>SDAM's ServerDescription. <see cref="HelloParser"/> makes one from a server's reply.</remarks>
public sealed class ServerDescription
{
    internal static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    /// <summary>The address that Weir connects to; not necessarily what the server calls itself.</summary>
    public required ServerAddress Address { get; init; }

    /// <summary>What the server is.</summary>
    public ServerType Type { get; init; }

    /// <summary>Why the server is Unknown; <see langword="null"/> when nothing failed.</summary>
    public string? Error { get; init; }

    /// <summary>The failure that <see cref="Error"/> tells of, when there was an exception.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The average duration of a hello; <see langword="null"/> while the server is Unknown.</summary>
    public TimeSpan? RoundTripTime { get; init; }

    /// <summary>The shortest of the last ten durations; zero until there are two.</summary>
    public TimeSpan MinRoundTripTime { get; init; }

    /// <summary>When the primary wrote what this member has seen last, in the primary's clock.</summary>
    public DateTime? LastWriteDate { get; init; }

    /// <summary>When the server was last checked, on a monotonic clock with no particular beginning.</summary>
    public TimeSpan LastUpdateTime { get; init; } = TimeSpan.MinValue;

    /// <summary>The oldest wire protocol version that the server speaks.</summary>
    public int MinWireVersion { get; init; }

    /// <summary>The newest wire protocol version that the server speaks.</summary>
    public int MaxWireVersion { get; init; }

    /// <summary>What the server calls itself.</summary>
    public ServerAddress? Me { get; init; }

    /// <summary>The members that can become primary, in this server's opinion.</summary>
    public IReadOnlyList<ServerAddress> Hosts { get; init; } = [];

    /// <summary>The members with priority zero, in this server's opinion.</summary>
    public IReadOnlyList<ServerAddress> Passives { get; init; } = [];

    /// <summary>The members without data, in this server's opinion.</summary>
    public IReadOnlyList<ServerAddress> Arbiters { get; init; } = [];

    /// <summary>The member's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = NoTags;

    /// <summary>The replica set's name.</summary>
    public string? SetName { get; init; }

    /// <summary>The version of the replica set's configuration.</summary>
    public int? SetVersion { get; init; }

    /// <summary>The election that made this server primary.</summary>
    public ObjectId? ElectionId { get; init; }

    /// <summary>Who the primary is, in this server's opinion.</summary>
    public ServerAddress? Primary { get; init; }

    /// <summary>How long the server keeps an idle session; <see langword="null"/> when it has none.</summary>
    public int? LogicalSessionTimeoutMinutes { get; init; }

    /// <summary>How fresh this description is.</summary>
    public TopologyVersion? TopologyVersion { get; init; }

    /// <summary>Whether the server is a mongocryptd.</summary>
    public bool IsCryptd { get; init; }

    /// <summary>Whether the server understands <c>hello</c> (and not only the legacy command).</summary>
    public bool HelloOk { get; init; }

    /// <summary>
    /// The reply that this was read from, for whoever speaks on the server's behalf. Not to be changed.
    /// <see langword="null"/> while the server is Unknown.
    /// </summary>
    public BsonDocument? Reply { get; init; }

    /// <summary>Whether operations can be sent to it.</summary>
    public bool IsDataBearing => Type.IsDataBearing();

    /// <summary>Whether a check of the server has succeeded; its type is what another says of it, or nothing, else.</summary>
    public bool IsKnown => Type.IsKnown();

    /// <summary>The description of a server that nothing is known of, or that failed.</summary>
    public static ServerDescription Unknown(
        ServerAddress address,
        string? error = null,
        Exception? exception = null,
        TopologyVersion? topologyVersion = null,
        TimeSpan? now = null
    ) =>
        new()
        {
            Address = address,
            Error = error ?? exception?.Message,
            Exception = exception,
            TopologyVersion = topologyVersion,
            LastUpdateTime = now ?? TimeSpan.MinValue,
        };

    /// <summary>
    /// Whether both say the same (SDAM's server description equality): times, round trips and dates of writes
    /// are left out, and a possible primary is an unknown server.
    /// </summary>
    public bool SaysTheSameAs(ServerDescription other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(this, other)
            || (
                Address == other.Address
                && (Type == other.Type || (!Type.IsKnown() && !other.Type.IsKnown()))
                && Error == other.Error
                && MinWireVersion == other.MinWireVersion
                && MaxWireVersion == other.MaxWireVersion
                && Me == other.Me
                && SetName == other.SetName
                && SetVersion == other.SetVersion
                && Nullable.Equals(ElectionId, other.ElectionId)
                && Primary == other.Primary
                && LogicalSessionTimeoutMinutes == other.LogicalSessionTimeoutMinutes
                && TopologyVersion == other.TopologyVersion
                && IsCryptd == other.IsCryptd
                && SameSet(Hosts, other.Hosts)
                && SameSet(Passives, other.Passives)
                && SameSet(Arbiters, other.Arbiters)
                && SameTags(Tags, other.Tags)
            );
    }

    /// <summary>One line for people: address, type, round trip time, error.</summary>
    public override string ToString()
    {
        var text = $"{Address} {Type}";
        if (RoundTripTime is { } rtt)
        {
            text += string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $", {rtt.TotalMilliseconds:0.#} ms away"
            );
        }
        if (Error is not null)
        {
            text += $" ({Error})";
        }
        else if (LastUpdateTime == TimeSpan.MinValue && !Type.IsKnown())
        {
            text += " (not checked yet)";
        }
        return text;
    }

    private static bool SameSet(IReadOnlyList<ServerAddress> left, IReadOnlyList<ServerAddress> right) =>
        left.Count == right.Count && left.All(right.Contains);

    private static bool SameTags(
        IReadOnlyDictionary<string, string> left,
        IReadOnlyDictionary<string, string> right
    ) =>
        left.Count == right.Count
        && left.All(tag => right.TryGetValue(tag.Key, out var value) && value == tag.Value);
}

using System.Text;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>
/// What is known of a deployment at one moment: its type and each of its servers. Immutable; <see
/// cref="TopologyChange"/> makes the next one.
/// </summary>
/// <remarks>SDAM's TopologyDescription.</remarks>
public sealed class TopologyDescription
{
    /// <summary>Before anything is configured, and after it is closed: Unknown, without servers.</summary>
    public static readonly TopologyDescription Empty = new();

    /// <summary>What the deployment is.</summary>
    public TopologyType Type { get; init; }

    /// <summary>The replica set's name, as configured or as found.</summary>
    public string? SetName { get; init; }

    /// <summary>The newest election that a primary has told of.</summary>
    public ObjectId? MaxElectionId { get; init; }

    /// <summary>The newest configuration version that a primary has told of.</summary>
    public int? MaxSetVersion { get; init; }

    /// <summary>The servers, in the order in which they were found.</summary>
    public IReadOnlyList<ServerDescription> Servers
    {
        get;
        init
        {
            field = value;
            LogicalSessionTimeoutMinutes = SmallestSessionTimeout(value);
            CompatibilityError = value
                .Select(WireVersions.Incompatibility)
                .FirstOrDefault(e => e is not null);
        }
    } = [];

    /// <summary>The shortest idle time after which a data-bearing server drops a session.</summary>
    public int? LogicalSessionTimeoutMinutes { get; private init; }

    /// <summary>Why Weir cannot use the deployment; <see langword="null"/> when it can.</summary>
    public string? CompatibilityError { get; private init; }

    /// <summary>Whether Weir speaks a wire version of every server.</summary>
    public bool IsCompatible => CompatibilityError is null;

    /// <summary>The known primary.</summary>
    public ServerDescription? Primary => Servers.FirstOrDefault(s => s.Type == ServerType.RSPrimary);

    /// <summary>Whether the connection string named exactly one server (a standalone is then enough).</summary>
    internal bool HasSingleSeed { get; init; }

    /// <summary>The description that a connection string begins with.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static TopologyDescription Initial(
        IReadOnlyList<ServerAddress> seeds,
        string? setName = null,
        bool directConnection = false,
        bool loadBalanced = false
    )
    {
        ArgumentNullException.ThrowIfNull(seeds);
        if (directConnection && seeds.Count != 1)
        {
            throw new ArgumentException("directConnection=true needs exactly one host");
        }
        if (loadBalanced && (directConnection || setName is not null || seeds.Count != 1))
        {
            throw new ArgumentException(
                "loadBalanced=true needs exactly one host, and neither directConnection=true nor replicaSet"
            );
        }
        return new TopologyDescription
        {
            Type =
                loadBalanced ? TopologyType.LoadBalanced
                : directConnection ? TopologyType.Single
                : setName is not null ? TopologyType.ReplicaSetNoPrimary
                : TopologyType.Unknown,
            SetName = setName,
            Servers = [.. seeds.Distinct().Select(address => ServerDescription.Unknown(address))],
            HasSingleSeed = seeds.Count == 1,
        };
    }

    /// <summary>The server at <paramref name="address"/>; <see langword="null"/> when it is no member.</summary>
    public ServerDescription? Find(ServerAddress address)
    {
        foreach (var server in Servers)
        {
            if (server.Address == address)
            {
                return server;
            }
        }
        return null;
    }

    /// <summary>Whether both say the same, times and round trips left out.</summary>
    public bool SaysTheSameAs(TopologyDescription other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Type == other.Type
            && SetName == other.SetName
            && MaxSetVersion == other.MaxSetVersion
            && Nullable.Equals(MaxElectionId, other.MaxElectionId)
            && Servers.Count == other.Servers.Count
            && Servers.All(s => other.Find(s.Address) is { } o && s.SaysTheSameAs(o));
    }

    /// <summary>One line for people: type, set name and every server with its last error.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Type.ToString());
        if (SetName is not null)
        {
            text.Append(" \"").Append(SetName).Append('"');
        }
        text.Append(": ").AppendJoin("; ", Servers);
        return Servers.Count == 0 ? text.Append("no servers").ToString() : text.ToString();
    }

    private static int? SmallestSessionTimeout(IReadOnlyList<ServerDescription> servers)
    {
        int? smallest = null;
        foreach (var server in servers)
        {
            if (!server.IsDataBearing)
            {
                continue;
            }
            if (server.LogicalSessionTimeoutMinutes is not { } minutes)
            {
                return null;
            }
            smallest = Math.Min(smallest ?? minutes, minutes);
        }
        return smallest;
    }
}

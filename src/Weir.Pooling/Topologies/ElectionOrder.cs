using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>
/// Tells a primary from one that does not know yet that it was replaced, by the order of (electionId, setVersion).
/// </summary>
internal static class ElectionOrder
{
    /// <summary>From MongoDB 6.0 on the election counts first; before, the configuration's version did.</summary>
    private const int ElectionFirstWireVersion = 17;

    /// <summary>
    /// Records the primary's election in <paramref name="topology"/>. <see langword="false"/>: it is older than
    /// one that is known, so the primary is stale.
    /// </summary>
    public static bool Advance(TopologyDraft topology, ServerDescription primary) =>
        primary.MaxWireVersion >= ElectionFirstWireVersion
            ? ElectionFirst(topology, primary)
            : SetVersionFirst(topology, primary);

    public static string Mismatch(TopologyDraft topology, ServerDescription primary) =>
        "primary marked stale due to electionId/setVersion mismatch, "
        + $"{Show(primary.ElectionId, primary.SetVersion)} is stale compared to "
        + Show(topology.MaxElectionId, topology.MaxSetVersion);

    private static bool ElectionFirst(TopologyDraft topology, ServerDescription primary)
    {
        var election = Nullable.Compare(primary.ElectionId, topology.MaxElectionId);
        var version = Nullable.Compare(primary.SetVersion, topology.MaxSetVersion);
        if (election < 0 || (election == 0 && version < 0))
        {
            return false;
        }
        topology.MaxElectionId = primary.ElectionId;
        topology.MaxSetVersion = primary.SetVersion;
        return true;
    }

    private static bool SetVersionFirst(TopologyDraft topology, ServerDescription primary)
    {
        if (primary is { SetVersion: { } version, ElectionId: { } election })
        {
            if (
                topology is { MaxSetVersion: { } maxVersion, MaxElectionId: { } maxElection }
                && (maxVersion > version || (maxVersion == version && maxElection.CompareTo(election) > 0))
            )
            {
                return false;
            }
            topology.MaxElectionId = election;
        }
        if (primary.SetVersion is { } found && !(topology.MaxSetVersion >= found))
        {
            topology.MaxSetVersion = found;
        }
        return true;
    }

    private static string Show(ObjectId? election, int? version) =>
        $"(electionId {election?.ToString() ?? "none"}, setVersion {version?.ToString() ?? "none"})";
}

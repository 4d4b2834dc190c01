using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>
/// The step from one <see cref="TopologyDescription"/> to the next when a server has been heard of: a pure
/// function, SDAM's table of topology types against server types.
/// </summary>
public static class TopologyChange
{
    /// <summary>
    /// The topology after <paramref name="server"/> was heard; the same instance when that says nothing new: a
    /// server that is no member (any more), or an older word than the one that is known.
    /// </summary>
    public static TopologyDescription Apply(TopologyDescription topology, ServerDescription server)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(server);
        if (
            topology.Find(server.Address) is not { } known
            || TopologyVersion.Compare(known.TopologyVersion, server.TopologyVersion) > 0
        )
        {
            return topology;
        }
        var draft = new TopologyDraft(topology);
        switch (topology.Type)
        {
            case TopologyType.Single:
                draft.Set(HasTheRightName(topology, server) ? server : WrongName(topology, server));
                break;
            case TopologyType.LoadBalanced:
                draft.Set(server);
                break;
            default:
                draft.Set(server);
                Process(draft, server, topology.HasSingleSeed);
                break;
        }
        return draft.Finish();
    }

    private static void Process(TopologyDraft draft, ServerDescription server, bool singleSeed)
    {
        switch (draft.Type)
        {
            case TopologyType.Unknown:
                FromUnknown(draft, server, singleSeed);
                break;
            case TopologyType.Sharded:
                if (server.Type.IsKnown() && server.Type != ServerType.Mongos)
                {
                    draft.Remove(server.Address);
                }
                break;
            case TopologyType.ReplicaSetNoPrimary:
                FromNoPrimary(draft, server);
                break;
            case TopologyType.ReplicaSetWithPrimary:
                FromPrimary(draft, server);
                break;
        }
    }

    private static void FromUnknown(TopologyDraft draft, ServerDescription server, bool singleSeed)
    {
        switch (server.Type)
        {
            case ServerType.Standalone when singleSeed:
                draft.Type = TopologyType.Single;
                break;
            case ServerType.Standalone:
                draft.Remove(server.Address);
                break;
            case ServerType.Mongos:
                draft.Type = TopologyType.Sharded;
                break;
            case ServerType.RSPrimary:
            case ServerType.RSSecondary:
            case ServerType.RSArbiter:
            case ServerType.RSOther:
                draft.Type = TopologyType.ReplicaSetNoPrimary;
                FromNoPrimary(draft, server);
                break;
        }
    }

    private static void FromNoPrimary(TopologyDraft draft, ServerDescription server)
    {
        switch (server.Type)
        {
            case ServerType.Standalone:
            case ServerType.Mongos:
                draft.Remove(server.Address);
                break;
            case ServerType.RSPrimary:
                draft.Type = TopologyType.ReplicaSetWithPrimary;
                HearPrimary(draft, server);
                break;
            case ServerType.RSSecondary:
            case ServerType.RSArbiter:
            case ServerType.RSOther:
                HearMemberWithoutPrimary(draft, server);
                break;
        }
    }

    private static void FromPrimary(TopologyDraft draft, ServerDescription server)
    {
        switch (server.Type)
        {
            case ServerType.Standalone:
            case ServerType.Mongos:
                draft.Remove(server.Address);
                draft.CheckIfHasPrimary();
                break;
            case ServerType.RSPrimary:
                HearPrimary(draft, server);
                break;
            case ServerType.RSSecondary:
            case ServerType.RSArbiter:
            case ServerType.RSOther:
                HearMemberWithPrimary(draft, server);
                break;
            default:
                draft.CheckIfHasPrimary();
                break;
        }
    }

    private static void HearMemberWithoutPrimary(TopologyDraft draft, ServerDescription server)
    {
        draft.SetName ??= server.SetName;
        if (draft.SetName != server.SetName)
        {
            draft.Remove(server.Address);
            return;
        }
        draft.AddMembersOf(server);
        draft.MarkPossiblePrimary(server.Primary);
        if (server.Me is not null && server.Me != server.Address)
        {
            draft.Remove(server.Address);
        }
    }

    private static void HearMemberWithPrimary(TopologyDraft draft, ServerDescription server)
    {
        if (draft.SetName != server.SetName || (server.Me is not null && server.Me != server.Address))
        {
            draft.Remove(server.Address);
            draft.CheckIfHasPrimary();
            return;
        }
        draft.CheckIfHasPrimary();
        if (draft.Type == TopologyType.ReplicaSetNoPrimary)
        {
            draft.MarkPossiblePrimary(server.Primary);
        }
    }

    private static void HearPrimary(TopologyDraft draft, ServerDescription server)
    {
        draft.SetName ??= server.SetName;
        if (draft.SetName != server.SetName)
        {
            draft.Remove(server.Address);
            draft.CheckIfHasPrimary();
            return;
        }
        if (!ElectionOrder.Advance(draft, server))
        {
            draft.Set(Stale(server, ElectionOrder.Mismatch(draft, server)));
            draft.CheckIfHasPrimary();
            return;
        }
        draft.Replace(
            other => other.Type == ServerType.RSPrimary && other.Address != server.Address,
            other => Stale(other, "primary marked stale due to discovery of newer primary")
        );
        draft.AddMembersOf(server);
        draft.KeepOnlyMembersOf(server);
        draft.CheckIfHasPrimary();
    }

    private static ServerDescription Stale(ServerDescription server, string error) =>
        ServerDescription.Unknown(server.Address, error, now: server.LastUpdateTime);

    private static bool HasTheRightName(TopologyDescription topology, ServerDescription server) =>
        topology.SetName is null || !server.Type.IsKnown() || topology.SetName == server.SetName;

    private static ServerDescription WrongName(TopologyDescription topology, ServerDescription server) =>
        ServerDescription.Unknown(
            server.Address,
            server.SetName is null
                ? $"the server is in no replica set, but replicaSet={topology.SetName} is asked for"
                : $"the server is in the replica set \"{server.SetName}\", but "
                    + $"replicaSet={topology.SetName} is asked for",
            now: server.LastUpdateTime
        );
}

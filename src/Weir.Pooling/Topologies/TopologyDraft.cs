using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>A topology while one change is worked into it. For one thread; nothing is kept of it.</summary>
internal sealed class TopologyDraft(TopologyDescription before)
{
    private readonly List<ServerDescription> _servers = [.. before.Servers];

    public TopologyType Type { get; set; } = before.Type;

    public string? SetName { get; set; } = before.SetName;

    public ObjectId? MaxElectionId { get; set; } = before.MaxElectionId;

    public int? MaxSetVersion { get; set; } = before.MaxSetVersion;

    public void Set(ServerDescription server) =>
        _servers[_servers.FindIndex(s => s.Address == server.Address)] = server;

    public void Add(ServerAddress address) => _servers.Add(ServerDescription.Unknown(address));

    public void Remove(ServerAddress address) => _servers.RemoveAll(s => s.Address == address);

    public void Replace(
        Predicate<ServerDescription> which,
        Func<ServerDescription, ServerDescription> replacement
    )
    {
        for (var i = 0; i < _servers.Count; i++)
        {
            if (which(_servers[i]))
            {
                _servers[i] = replacement(_servers[i]);
            }
        }
    }

    public void AddMembersOf(ServerDescription server)
    {
        foreach (var address in MembersOf(server))
        {
            if (!_servers.Exists(s => s.Address == address))
            {
                _servers.Add(ServerDescription.Unknown(address));
            }
        }
    }

    public void KeepOnlyMembersOf(ServerDescription server)
    {
        var members = MembersOf(server).ToHashSet();
        _servers.RemoveAll(s => !members.Contains(s.Address));
    }

    public void MarkPossiblePrimary(ServerAddress? primary) =>
        Replace(
            s => s.Address == primary && s.Type == ServerType.Unknown,
            s => new ServerDescription
            {
                Address = s.Address,
                Type = ServerType.PossiblePrimary,
                Error = s.Error,
                Exception = s.Exception,
                TopologyVersion = s.TopologyVersion,
                LastUpdateTime = s.LastUpdateTime,
            }
        );

    public void CheckIfHasPrimary() =>
        Type = _servers.Exists(s => s.Type == ServerType.RSPrimary)
            ? TopologyType.ReplicaSetWithPrimary
            : TopologyType.ReplicaSetNoPrimary;

    public TopologyDescription Finish() =>
        new()
        {
            Type = Type,
            SetName = SetName,
            MaxElectionId = MaxElectionId,
            MaxSetVersion = MaxSetVersion,
            Servers = _servers,
            // More than one once DNS has added to them.
            HasSingleSeed = before.HasSingleSeed && _servers.Count <= 1,
        };

    private static IEnumerable<ServerAddress> MembersOf(ServerDescription server) =>
        server.Hosts.Concat(server.Passives).Concat(server.Arbiters);
}

using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;

namespace Weir.Pooling;

/// <summary>
/// A topology with its servers, and which of them each operation may go to. Immutable but for the selections,
/// which are worked out when they are first asked for; working one out twice gives the same.
/// </summary>
internal sealed class DeploymentSnapshot
{
    private const int MaxRemembered = 32;

    private readonly Server[] _servers;
    private readonly TimeSpan _heartbeatFrequency;
    private readonly TimeSpan _localThreshold;
    private readonly Server[] _writable;
    private readonly Server[]?[] _readable = new Server[]?[5];
    private Remembered[] _remembered = [];

    public DeploymentSnapshot(
        TopologyDescription topology,
        Server[] servers,
        TimeSpan heartbeatFrequency,
        TimeSpan localThreshold
    )
    {
        Topology = topology;
        _servers = servers;
        _heartbeatFrequency = heartbeatFrequency;
        _localThreshold = localThreshold;
        _writable = Select(ReadPreference.Primary, write: true, null);
    }

    public TopologyDescription Topology { get; }

    public IReadOnlyList<Server> Servers => _servers;

    public Server? Find(ServerAddress address)
    {
        foreach (var server in _servers)
        {
            if (server.Address == address)
            {
                return server;
            }
        }
        return null;
    }

    /// <summary>The servers to choose from; none when nothing is suitable. Allocates only the first time.</summary>
    /// <exception cref="InvalidReadPreferenceException">The preference cannot be served here.</exception>
    public Server[] Candidates(ReadPreference preference, bool write)
    {
        if (write)
        {
            return _writable;
        }
        if (preference.IsModeOnly)
        {
            return _readable[(int)preference.Mode] ??= Select(preference, write: false, null);
        }
        foreach (var entry in _remembered)
        {
            if (entry.Preference.Equals(preference))
            {
                return entry.Servers;
            }
        }
        var servers = Select(preference, write: false, null);
        if (_remembered is { Length: < MaxRemembered } remembered)
        {
            _remembered = [.. remembered, new Remembered(preference, servers)];
        }
        return servers;
    }

    /// <summary>The servers to choose from when some are to be avoided.</summary>
    /// <exception cref="InvalidReadPreferenceException">The preference cannot be served here.</exception>
    public Server[] Select(
        ReadPreference preference,
        bool write,
        IReadOnlyCollection<ServerAddress>? deprioritized
    )
    {
        if (!Topology.IsCompatible)
        {
            return [];
        }
        var suitable = ServerSelector.Suitable(
            Topology,
            preference,
            write,
            _heartbeatFrequency,
            deprioritized
        );
        return [.. ServerSelector.InWindow(suitable, _localThreshold).Select(s => Find(s.Address)!)];
    }

    private sealed record Remembered(ReadPreference Preference, Server[] Servers);
}

using Weir.Doctor.Looks;

namespace Weir.Doctor.Watching;

/// <summary>One connection over all the looks of a watch. Not thread-safe.</summary>
internal sealed class ConnectionHistory
{
    private const int MostOperations = 64;

    private readonly List<int> _activeLooks = [];
    private readonly List<string> _operations = [];

    /// <param name="seen">The connection.</param>
    /// <param name="look">The number of the look.</param>
    /// <param name="at">When that was.</param>
    /// <param name="idleSince">Since when it has been idle, as an earlier watch tells; null when none knows it.</param>
    public ConnectionHistory(ConnectionSeen seen, int look, TimeSpan at, TimeSpan? idleSince = null)
    {
        FirstLook = look;
        Seen = seen;
        IdleSince = idleSince;
        Add(seen, look, at);
    }

    /// <summary>As it was seen last.</summary>
    public ConnectionSeen Seen { get; private set; }

    /// <summary>The number of the first look that showed it.</summary>
    public int FirstLook { get; }

    /// <summary>The number of the last look that showed it.</summary>
    public int LastLook { get; private set; }

    /// <summary>The first look of those that found it idle, without one between that found it working; null while it works.</summary>
    public TimeSpan? IdleSince { get; private set; }

    /// <summary>The looks that found it working.</summary>
    public IReadOnlyList<int> ActiveLooks => _activeLooks;

    /// <summary>What it was found working at, as often as it was.</summary>
    public IReadOnlyList<string> Operations => _operations;

    /// <summary>Whether it is a driver's monitor: every client has one per server.</summary>
    public bool IsMonitor { get; private set; }

    /// <summary>The process that has its other end, when that is on this machine.</summary>
    public LocalProcess? Process { get; set; }

    public void Add(ConnectionSeen seen, int look, TimeSpan at)
    {
        Seen = seen;
        LastLook = look;
        IsMonitor |= seen.Kind == ConnectionKind.Monitor;
        if (seen.Kind != ConnectionKind.Active)
        {
            IdleSince ??= at;
            return;
        }

        IdleSince = null;
        _activeLooks.Add(look);
        if (seen.Operation.Length > 0 && _operations.Count < MostOperations)
        {
            _operations.Add(seen.Operation);
        }
    }
}

using Weir.Doctor.Looks;
using Weir.Doctor.Watching;

namespace Weir.Doctor.Findings;

/// <summary>One server with all that the findings need to know of it.</summary>
internal sealed class Patient(ServerWatch watch, ServerFacts facts)
{
    private readonly ServerWatch _watch = watch;

    public string Address { get; } = watch.Last.Address.ToString();

    public string Host { get; } = watch.Last.Address.Host;

    public ServerLook First => _watch.First;

    public ServerLook Last => _watch.Last;

    public int Looks => _watch.Looks;

    public ServerFacts Facts => facts;

    public double Seconds { get; } = Math.Max(0.001, watch.Duration.TotalSeconds);

    public long Opened => _watch.Opened;

    public double OpenedPerSecond => _watch.Duration > TimeSpan.Zero ? Opened / Seconds : 0;

    /// <summary>Whether connections were opened in most of the intervals between looks.</summary>
    public bool IsSteadilyOpening => Looks > 4 && _watch.BusyIntervals * 2 >= Looks - 1;

    public int Limit => _watch.Last.Limit;

    public int Connections => _watch.Last.OfClients;

    /// <summary>Who holds the connections; empty when that may not be seen.</summary>
    public IReadOnlyList<Holder> Holders { get; } = watch.Holders();

    /// <summary>Whether living clients show monitors that wait for news.</summary>
    public bool CountsMonitors => Last.AwaitingTopologyChanges is not null;

    /// <summary>Figures as a look at this server words them.</summary>
    public string Watched => FormattableString.Invariant($"{Looks} looks in {Seconds:0.#} s");
}

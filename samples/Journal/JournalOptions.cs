namespace Weir.Samples.Journal;

/// <summary>What the service is told by its configuration, section <c>Journal</c>.</summary>
public sealed class JournalOptions
{
    /// <summary>The destination (section <c>Weir:Destinations</c>) that everything is kept on.</summary>
    public const string Destination = "journal";

    /// <summary>The database.</summary>
    public string Database { get; set; } = "journal";

    /// <summary>Which parts run in this process; default: all of them.</summary>
    public IList<string> Parts { get; init; } = [];

    /// <summary>The telephony service's address; unset: a dry run, in which every call is answered at once.</summary>
    public Uri? Provider { get; set; }

    /// <summary>How often it is looked whose window is open. Default 5 minutes.</summary>
    public TimeSpan WindowsEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often due calls are placed and asked about. Default 15 s.</summary>
    public TimeSpan CallsEvery { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How many times faster than real time days go by. For demonstrations; default 1.</summary>
    public double Speed { get; set; } = 1;

    /// <summary>The real moment at which faster time begins, the same for every process; default: now.</summary>
    public DateTimeOffset? SpeedSince { get; set; }

    /// <summary>How long a leader's lease lasts, which is how long a takeover takes at most.</summary>
    public TimeSpan LeaderPeriod { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether this process is to do that part: <c>api</c>, <c>windows</c> or <c>calls</c>.</summary>
    public bool Has(string part) => Parts.Count == 0 || Parts.Contains(part);
}

namespace Weir.Doctor.Watching;

/// <summary>
/// Who holds connections of a server: one application with one driver on one host, in one process where that is known.
/// </summary>
public sealed record Holder
{
    /// <summary>The application's name; empty when it gave none.</summary>
    public required string AppName { get; init; }

    /// <summary>The driver's name.</summary>
    public required string Driver { get; init; }

    /// <summary>The driver's version.</summary>
    public required string DriverVersion { get; init; }

    /// <summary>The runtime, as the driver says it.</summary>
    public required string Platform { get; init; }

    /// <summary>The cloud function service it runs in; empty elsewhere.</summary>
    public required string FunctionService { get; init; }

    /// <summary>The client's address.</summary>
    public required string Host { get; init; }

    /// <summary>The process, when it runs on this machine and may be seen.</summary>
    public LocalProcess? Process { get; init; }

    /// <summary>Connections at the last look.</summary>
    public required int Connections { get; init; }

    /// <summary>Clients (driver objects) at the last look, counted by their monitors.</summary>
    public required int Clients { get; init; }

    /// <summary>The most connections that worked at one look.</summary>
    public required int MostActive { get; init; }

    /// <summary>Connections that were there at every look and worked at none, monitors aside.</summary>
    public required int IdleThroughout { get; init; }

    /// <summary>
    /// How long, in seconds, half of the connections that are idle now have been found idle at least; null when none
    /// is. Monitors aside. A server does not tell it: every look of that time found them idle.
    /// </summary>
    public double? IdleMedianSeconds { get; init; }

    /// <summary>The longest of these times; null when none is idle.</summary>
    public double? IdleLongestSeconds { get; init; }

    /// <summary>Connections that appeared after the first look.</summary>
    public required int Opened { get; init; }

    /// <summary>Connections that were gone at the last look.</summary>
    public required int Closed { get; init; }

    /// <summary>Connections that appeared per second of the watch: what came and went between two looks is missing.</summary>
    public double OpenedPerSecond { get; init; }

    /// <summary>Connections that went per second of the watch.</summary>
    public double ClosedPerSecond { get; init; }

    /// <summary>Clients that appeared after the first look and stayed.</summary>
    public required int NewClients { get; init; }

    /// <summary>In how many different looks such clients appeared.</summary>
    public required int NewClientLooks { get; init; }

    /// <summary>Clients that were gone at the last look.</summary>
    public required int GoneClients { get; init; }

    /// <summary>The operations that looks found most often.</summary>
    public required IReadOnlyList<string> Operations { get; init; }

    /// <summary>Clients that were there all the time: those that come and go are another matter.</summary>
    public int SettledClients => Clients - NewClients;

    /// <summary>Connections that monitors take: one waits for news, one measures round trips.</summary>
    public int Monitors => Math.Min(Connections, 2 * Clients);

    /// <summary>Connections of its pools.</summary>
    public int Pooled => Connections - Monitors;

    /// <summary>Connections per pool; those of one pool when the clients cannot be counted.</summary>
    public int PerPool => Pooled / Math.Max(1, Clients);

    /// <summary>Application, driver and place in words.</summary>
    public string Name => $"{(AppName.Length > 0 ? AppName : "(no appName)")}, {DriverName}, {Place}";

    /// <summary>The driver with its version.</summary>
    public string DriverName => Driver.Length > 0 ? $"{Driver} {DriverVersion}".Trim() : "unknown driver";

    /// <summary>Where it runs.</summary>
    public string Place => Process is { } process ? $"{process.Name} ({process.Id}) on {Host}" : Host;
}

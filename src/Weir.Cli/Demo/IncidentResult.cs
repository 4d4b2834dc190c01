namespace Weir.Cli.Demo;

/// <summary>What one run of the incident measured. Connections are the server's own counts.</summary>
internal sealed record IncidentResult(
    int PeakConnections,
    int ConnectionsAfterRestarts,
    long ConnectionsCreated,
    long ConnectionsRefused,
    int Operations,
    int Errors,
    string? CommonestError,
    TimeSpan P50,
    TimeSpan P99
);

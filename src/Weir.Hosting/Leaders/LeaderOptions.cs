namespace Weir.Hosting.Leaders;

/// <summary>Where leases are kept, and how long they last. The same for every process that competes.</summary>
public sealed record LeaderOptions
{
    /// <summary>The destination of the lease document.</summary>
    public required string Destination { get; init; }

    /// <summary>Its database.</summary>
    public required string Database { get; init; }

    /// <summary>Its collection; a document for each lease, which is never deleted: its fence only grows.</summary>
    public string Collection { get; init; } = "weir.leases";

    /// <summary>
    /// After a leader's sudden death another one leads within this time. The lease lasts nine tenths of it, and is
    /// renewed when a third has gone. Default 15 s.
    /// </summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(15);
}

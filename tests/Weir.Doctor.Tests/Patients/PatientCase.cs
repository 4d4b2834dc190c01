using Weir.Sandbox;

namespace Weir.Doctor.Tests.Patients;

/// <summary>A disease that a real driver is given, and what the doctor has to say of it.</summary>
/// <param name="Disease">Its name in the drivers' programs.</param>
/// <param name="Expected">The kinds of findings that must be there; none: a healthy set-up.</param>
public sealed record PatientCase(string Disease, params string[] Expected)
{
    /// <summary>Kinds that are true of this set-up too, and no false alarm.</summary>
    public string[] AlsoTrue { get; init; } = [];

    /// <summary>Processes that have it.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>The server that they have it with.</summary>
    public SandboxOptions Server { get; init; } = new() { MaxConnections = 1_500, LatencyOf = Latency };

    /// <summary>The row's name where it is not the disease's.</summary>
    public string Name { get; init; } = Disease;

    public static IReadOnlyList<PatientCase> All { get; } =
    [
        new("healthy"),
        new("healthy") { Name = "healthy, three processes", Processes = 3 },
        new("healthy-bursts"),
        new("healthy-restart"),
        new("unbounded", "unbounded-pools"),
        new("several", "several-clients"),
        new("per-operation", "client-per-operation"),
        new("leak", "leak") { AlsoTrue = ["several-clients", "monitor-overhead"] },
        new("orphan", "orphans"),
        new("idle", "missing-idle-limit") { AlsoTrue = ["unbounded-pools"] },
        new("pool-churn", "pool-churn"),
        new("monitors", "monitor-overhead", "several-clients"),
        new("sessions", "sessions-piling-up"),
        new("transaction", "idle-transactions")
        {
            Server = new() { MaxConnections = 1_500, ReplicaSetName = "rs0" },
        },
        new("cursors", "open-cursors"),
        new("idle", "no-headroom")
        {
            Name = "no headroom",
            Server = new() { MaxConnections = 60, LatencyOf = Latency },
            AlsoTrue = ["unbounded-pools", "missing-idle-limit"],
        },
        new("healthy", "few-open-files")
        {
            Name = "few open files",
            Server = new() { MaxConnections = 819, LatencyOf = Latency },
        },
    ];

    public override string ToString() => Name;

    // Long enough to be seen at work, and for a pool to grow while it counts.
    private static TimeSpan? Latency(string command) =>
        command switch
        {
            "find" => TimeSpan.FromMilliseconds(50),
            "count" => TimeSpan.FromSeconds(1),
            _ => null,
        };
}

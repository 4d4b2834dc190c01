namespace Weir.Bench;

/// <summary>The names of the figures, as the table prints them.</summary>
internal static class Figures
{
    public const string PingP50 = "ping, 1 client, p50 (µs)";
    public const string Find64 = "find, 64 clients (ops/s)";
    public const string Find1000 = "find, 1,000 clients (ops/s)";
    public const string Cpu64 = "CPU per 100,000 finds, 64 clients (s)";
    public const string Insert64 = "insert of 1 KB, 64 clients (ops/s)";
    public const string MixedFind = "find, 64 busy beside 1,000 idle clients (ops/s)";
    public const string MixedConnections = "connections at the server, 64 busy and 1,000 idle";
    public const string IdleMemory = "resident memory per idle client, 1,000 (KiB)";

    public static readonly IReadOnlyList<string> All =
    [
        PingP50,
        Find64,
        Find1000,
        Cpu64,
        Insert64,
        MixedFind,
        MixedConnections,
        IdleMemory,
    ];
}

namespace Weir.Bench;

/// <summary>The names of the figures, as the table prints them, and which way is better.</summary>
internal static class Figures
{
    public const string PingP50 = "ping, 1 client, p50 (µs)";
    public const string Cpu64 = "CPU per 100,000 finds, 64 clients (s)";
    public const string Insert64 = "insert of 1 KB, 64 clients (ops/s)";
    public const string BigFind64 = "find of 1 MB, 64 clients (ops/s)";
    public const string Chain64 = "find and 9 getMores, 64 clients (chains/s)";
    public const string Storm = "storm: 2,000 clients connect, handshake, one find (s)";
    public const string ScaleFind = "find, 500 busy beside 9,000 idle clients (ops/s)";
    public const string ScaleSlowest = "the same: the slowest client's share of the median's";
    public const string ScaleConnections = "the same: connections at the server";
    public const string IdleMemory = "resident memory per idle client, 9,000 (KiB)";
    public const string RateP50 = "find at a fixed rate, 64 clients, p50 (µs)";
    public const string RateP99 = "find at a fixed rate, 64 clients, p99 (µs)";

    private static readonly string[] LessIsBetter =
    [
        PingP50,
        Cpu64,
        Storm,
        ScaleConnections,
        IdleMemory,
        RateP50,
        RateP99,
    ];

    /// <summary>The closed loop of small finds.</summary>
    public static string Find(int clients) =>
        FormattableString.Invariant($"find, {clients:N0} clients (ops/s)");

    public static bool IsLessBetter(string figure) => LessIsBetter.Contains(figure);
}

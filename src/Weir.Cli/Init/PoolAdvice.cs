using Weir.Doctor.Reports;

namespace Weir.Cli.Init;

/// <summary>A pool size, and why.</summary>
/// <param name="MaxPoolSize">Connections per server.</param>
/// <param name="Reason">In words.</param>
internal sealed record PoolAdvice(int MaxPoolSize, string Reason)
{
    private const int Usual = 10;

    // A pool that takes more than this share of a server leaves too little for others and for restarts.
    private const double MostOfLimit = 0.2;

    public static PoolAdvice From(DoctorReport? report)
    {
        if (report is null)
        {
            return new PoolAdvice(Usual, "Weir's default");
        }

        var active = report.Servers.Max(server => server.Holders?.Sum(holder => holder.MostActive) ?? 0);
        var limit = report.Servers.Min(server => server.Limit);
        var most = Math.Max(1, (int)(MostOfLimit * limit));
        var wanted = Math.Max(Usual, active * 3 / 2);
        return wanted > most
            ? new PoolAdvice(most, $"a fifth of the {limit} connections that a server allows")
            : new PoolAdvice(
                wanted,
                wanted > Usual ? $"{Count(active)} ran at once, and half as many more"
                    : active == 0 ? "Weir's default; nothing ran while it was looked at"
                    : $"at most {Count(active)} ran at once"
            );
    }

    private static string Count(int operations) =>
        operations == 1 ? "1 operation" : $"{operations} operations";
}

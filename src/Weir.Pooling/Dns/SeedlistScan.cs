using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Dns;

/// <summary>The hosts of a service as DNS has them now.</summary>
/// <param name="Hosts">Those that may be used, each once.</param>
/// <param name="Refusals">Why each of the others may not.</param>
/// <param name="TimeToLive">The shortest time that any record may be kept.</param>
internal sealed record SeedlistScan(
    IReadOnlyList<ServerAddress> Hosts,
    IReadOnlyList<string> Refusals,
    TimeSpan TimeToLive
);
